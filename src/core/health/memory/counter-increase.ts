import type { HostMemory, NodeMemory } from './node-memory.ts';

/**
 * How much a counter grew in the last `windowMs`, over all hosts that answered at the address; a
 * counter that a sample leaves out was zero. Undefined where no host's samples reach back half of
 * the window (a server that started within it is known from its start on, and a counter that is
 * still zero did not grow).
 */
export function counterIncrease(
  memory: NodeMemory,
  name: string,
  windowMs: number,
  nowMs: number,
): number | undefined {
  const place = memory.tracked.indexOf(name);
  const each = [...memory.hosts.values()].map((host) => hostIncrease(host, place, windowMs, nowMs));
  const known = each.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}

function hostIncrease(
  host: HostMemory,
  place: number,
  windowMs: number,
  nowMs: number,
): number | undefined {
  const fromMs = nowMs - windowMs;
  const firstInside = host.points.findIndex((point) => point.atMs > fromMs);
  if (firstInside < 0) return undefined;
  const points = host.points.slice(Math.max(0, firstInside - 1));
  const first = points[0]!;
  // A counter that is zero since the server's start did not grow, however short it has been watched.
  const never = !((host.points.at(-1)?.values[place] ?? 0) > 0);
  if (never && !points.some((each) => each.restarted)) return 0;
  const startedInside = host.newest.startedMs > fromMs && !points.some((each) => each.restarted);
  if (!startedInside && host.newest.atMs - Math.max(first.atMs, fromMs) < windowMs / 2)
    return undefined;
  let sum = startedInside ? (first.values[place] ?? 0) : 0;
  for (let index = 1; index < points.length; index++) {
    const value = points[index]!.values[place] ?? 0;
    const before = points[index]!.restarted ? 0 : (points[index - 1]!.values[place] ?? 0);
    sum += Math.max(0, value - before);
  }
  return sum;
}
