import type { z } from 'zod';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { ClusterSettings } from '../../../model/fleet/cluster.ts';
import type { ClusterChange } from '../../../model/fleet/fleet-api.ts';

type ChangedParts = Omit<z.output<typeof ClusterChange>, 'paused'>;

/**
 * The settings after a change. The password stays where none is given, but never for another
 * server: whoever may change a cluster could else have it sent to one of their own. Throws a
 * RequestFailure.
 */
export function changedSettings(before: ClusterSettings, parts: ChangedParts): ClusterSettings {
  const after = withoutEmpty(withParts(before, parts));
  if (parts.password === undefined && before.password !== '' && reachesMore(before, after))
    throw new RequestFailure(
      'invalid_request',
      'body.password: enter it again, because it would be sent to a server that did not have it, or without TLS',
    );
  return after;
}

/** Whether the password goes where it did not go before. Discovered servers are named by known ones. */
function reachesMore(before: ClusterSettings, after: ClusterSettings): boolean {
  const known = new Set(addressesOf(before));
  return (before.secure && !after.secure) || addressesOf(after).some((each) => !known.has(each));
}

const addressesOf = ({ host, port, nodes = [], addresses = [] }: ClusterSettings): string[] =>
  [{ host, port }, ...nodes, ...addresses.map(({ to }) => to)].map(
    (each) => `${each.host} ${each.port}`,
  );

/** Parts that are said take the place of those stored. The TLS key stays where none is given. */
function withParts(before: ClusterSettings, parts: ChangedParts): ClusterSettings {
  const given = Object.fromEntries(
    Object.entries(parts).filter(([, value]) => value !== undefined),
  );
  const { tls } = parts;
  const key =
    tls?.key ?? (tls?.certificate === before.tls?.certificate ? before.tls?.key : undefined);
  return {
    ...before,
    ...given,
    ...(tls ? { tls: { ...tls, ...(key ? { key } : {}) } } : {}),
  };
}

/**
 * A list of no nodes, mappings or Keepers, and TLS settings that say nothing, are what a form sends
 * when someone took them out: they are as if absent, so that nodes and Keepers are discovered again.
 */
export function withoutEmpty(settings: ClusterSettings): ClusterSettings {
  const { nodes, addresses, keepers, tls, ...rest } = settings;
  const says =
    tls !== undefined && Object.values(tls).some((part) => part !== undefined && part !== '');
  return {
    ...rest,
    ...(nodes && nodes.length > 0 ? { nodes } : {}),
    ...(addresses && addresses.length > 0 ? { addresses } : {}),
    ...(keepers && keepers.length > 0 ? { keepers } : {}),
    ...(says ? { tls } : {}),
  };
}
