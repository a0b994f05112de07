import { createHash } from 'node:crypto';
import type { Capabilities } from '../../../core/health/index.ts';

const known = new Map<string, WeakRef<Capabilities>>();

/**
 * One copy for all servers that have the same: each names thousands of columns, and most servers of a
 * fleet are of one version.
 */
export function shareCapabilities(capabilities: Capabilities): Capabilities {
  const digest = digestOf(capabilities);
  const there = known.get(digest)?.deref();
  if (there) return there;
  for (const [each, reference] of known) if (!reference.deref()) known.delete(each);
  known.set(digest, new WeakRef(capabilities));
  return capabilities;
}

/** Everything in it takes part. */
const digestOf = ({ version, tables, denied, functions, ...rest }: Capabilities): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        version,
        [...tables].map(([table, columns]) => [table, [...columns].sort()]).sort(byName),
        [...denied].sort(byName),
        [...functions].sort(),
        rest,
      ]),
    )
    .digest('hex');

const byName = ([a]: readonly unknown[], [b]: readonly unknown[]): number =>
  String(a) < String(b) ? -1 : 1;
