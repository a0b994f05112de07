import type { Address, Cluster, ClusterBody, ClusterChange } from '../../api/fleet-shapes.ts';

/** What is typed into the form of a cluster. */
export interface ClusterDraft {
  readonly host: string;
  readonly port: string;
  readonly secure: boolean;
  readonly username: string;
  /** Empty in an edit: the stored one stays. */
  readonly password: string;
  readonly name: string;
  /** One to a line. */
  readonly labels: string;
  readonly nodes: string;
  readonly addresses: string;
  readonly keepers: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  readonly serverName: string;
}

/** What is wrong with which field. */
export type DraftFaults = { readonly [Field in keyof ClusterDraft]?: string };

const plainPort = '8123';
const securePort = '8443';
const keeperPort = 2181;

export const emptyDraft: ClusterDraft = {
  host: '',
  port: plainPort,
  secure: false,
  username: 'castellan',
  password: '',
  name: '',
  labels: '',
  nodes: '',
  addresses: '',
  keepers: '',
  ca: '',
  certificate: '',
  key: '',
  serverName: '',
};

const renderAddress = ({ host, port }: Address): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** What is known of a saved cluster, to be edited. Its secrets are not. */
export const draftOf = (cluster: Cluster): ClusterDraft => ({
  ...emptyDraft,
  host: cluster.host,
  port: String(cluster.port),
  secure: cluster.secure,
  username: cluster.username,
  name: cluster.name,
  labels: Object.entries(cluster.labels)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n'),
  nodes: (cluster.namedNodes ?? []).map(renderAddress).join('\n'),
  addresses: cluster.addresses.map(({ from, to }) => `${from} = ${renderAddress(to)}`).join('\n'),
  keepers: cluster.keepers.map(renderAddress).join('\n'),
  ca: cluster.tls?.ca ?? '',
  certificate: cluster.tls?.certificate ?? '',
  serverName: cluster.tls?.serverName ?? '',
});

/** A pasted address is taken apart: `https://ch.example.com:8443/` says three things at once. */
export function spreadHost(draft: ClusterDraft, typed: string): ClusterDraft {
  const url = /^(https?):\/\/(\[[^\]]+\]|[^/:]+)(?::(\d+))?\/?.*$/i.exec(typed.trim());
  if (url) {
    const secure = url[1]!.toLowerCase() === 'https';
    const port = url[3] ?? (secure ? securePort : plainPort);
    return { ...draft, host: url[2]!.replace(/^\[|\]$/g, ''), port, secure };
  }
  const pair = /^([^\s:]+):(\d{1,5})$/.exec(typed.trim());
  return pair ? { ...draft, host: pair[1]!, port: pair[2]! } : { ...draft, host: typed };
}

/** TLS on or off; the port follows where it is the usual one of the other. */
export function switchSecure(draft: ClusterDraft, secure: boolean): ClusterDraft {
  const [usual, other] = secure ? [securePort, plainPort] : [plainPort, securePort];
  return { ...draft, secure, port: draft.port === other ? usual : draft.port };
}

const portOf = (text: string): number | undefined => {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
};

const linesOf = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** `host`, `host:port`, `[2001:db8::1]:8123`. */
function parseAddress(line: string, usualPort: number): Address | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]/=]+))(?::(\d{1,5}))?$/i.exec(line);
  const port = match?.[3] === undefined ? usualPort : portOf(match[3]);
  const host = match?.[1] ?? match?.[2];
  return host === undefined || port === undefined ? undefined : { host, port };
}

/** The lines of a field, or the first that cannot be read. */
function parseLines<T>(
  text: string,
  parse: (line: string) => T | undefined,
): { readonly values: T[]; readonly wrong?: string } {
  const values: T[] = [];
  for (const line of linesOf(text)) {
    const value = parse(line);
    if (value === undefined) return { values, wrong: line };
    values.push(value);
  }
  return { values };
}

const parseLabel = (line: string): readonly [string, string] | undefined => {
  const match = /^([^=\s]{1,63})\s*=\s*(.{0,200})$/.exec(line);
  return match ? [match[1]!, match[2]!] : undefined;
};

const parseMapping = (usualPort: number) => (line: string) => {
  const [, from, to] = /^([^\s=]+)\s*=\s*(\S+)$/.exec(line) ?? [];
  const address = to === undefined ? undefined : parseAddress(to, usualPort);
  return from === undefined || address === undefined ? undefined : { from, to: address };
};

function tlsOf(draft: ClusterDraft): NonNullable<ClusterBody['tls']> {
  const { ca, certificate, key, serverName } = draft;
  const said = Object.entries({ ca, certificate, key, serverName });
  return Object.fromEntries(said.filter(([, value]) => value.trim() !== ''));
}

type Parsed =
  | { readonly ok: true; readonly body: ClusterBody }
  | { readonly ok: false; readonly faults: DraftFaults };

/** The cluster that a draft describes, or what is wrong with which field. */
export function parseDraft(draft: ClusterDraft): Parsed {
  const port = portOf(draft.port);
  const usual = port ?? Number(plainPort);
  const labels = parseLines(draft.labels, parseLabel);
  const nodes = parseLines(draft.nodes, (line) => parseAddress(line, usual));
  const addresses = parseLines(draft.addresses, parseMapping(usual));
  const keepers = parseLines(draft.keepers, (line) => parseAddress(line, keeperPort));
  const host = draft.host.trim();
  const unread = (wrong: string | undefined, form: string) =>
    wrong === undefined ? undefined : `“${wrong}” is not ${form}`;
  const faults: { [Field in keyof ClusterDraft]?: string | undefined } = {
    host: host === '' ? 'The name or address of one server' : unread(hostFault(host), 'a host'),
    port: port === undefined ? 'A number from 1 to 65535' : undefined,
    labels: unread(labels.wrong, 'a label: write key=value'),
    nodes: unread(nodes.wrong, 'an address: write host:port'),
    addresses: unread(addresses.wrong, 'a mapping: write name = host:port'),
    keepers: unread(keepers.wrong, 'an address: write host:port'),
  };
  const wrong = Object.entries(faults).filter(([, fault]) => fault !== undefined);
  if (wrong.length > 0) return { ok: false, faults: Object.fromEntries(wrong) };
  const tls = tlsOf(draft);
  const body: ClusterBody = {
    name: draft.name.trim() === '' ? host.slice(0, 100) : draft.name.trim(),
    host,
    port: usual,
    username: draft.username.trim(),
    password: draft.password,
    secure: draft.secure,
    labels: Object.fromEntries(labels.values),
    ...(nodes.values.length > 0 ? { nodes: nodes.values } : {}),
    ...(addresses.values.length > 0 ? { addresses: addresses.values } : {}),
    ...(keepers.values.length > 0 ? { keepers: keepers.values } : {}),
    ...(draft.secure && Object.keys(tls).length > 0 ? { tls } : {}),
  };
  return { ok: true, body };
}

const hostFault = (host: string): string | undefined => (/[\s/]/.test(host) ? host : undefined);

/** What differs from the saved cluster. What was emptied is sent as empty. */
export function changeOf(saved: Cluster, body: ClusterBody): ClusterChange {
  const before = parseDraft(draftOf(saved));
  const whole = (of: ClusterBody) => ({
    ...of,
    nodes: of.nodes ?? [],
    addresses: of.addresses ?? [],
    keepers: of.keepers ?? [],
    tls: of.tls ?? {},
  });
  const { password, ...after } = whole(body);
  const known: Record<string, unknown> = before.ok ? whole(before.body) : {};
  const changed = Object.entries(after).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(known[field]),
  );
  return { ...Object.fromEntries(changed), ...(password === '' ? {} : { password }) };
}
