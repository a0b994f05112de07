import { readdirSync, readFileSync } from 'node:fs';

/** What a process and its descendants have used so far, as Linux counts it. */
export interface ProcessCost {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly processes: number;
}

const ticksPerSecond = 100;

function children(): Map<number, number[]> {
  const tree = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statFields(Number(name));
    if (fields) tree.set(Number(fields[1]), [...(tree.get(Number(fields[1])) ?? []), Number(name)]);
  }
  return tree;
}

/** The fields of /proc/pid/stat after the name, which may hold spaces. */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    // The process ended between the listing and the reading.
    return undefined;
  }
}

function residentBytes(pid: number): number {
  try {
    const match = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    return Number(match?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

/** Sums over the process and everything below it; memory that is shared counts once. */
export function measure(pid: number): ProcessCost {
  const tree = children();
  const pids = [pid];
  for (let i = 0; i < pids.length; i += 1) pids.push(...(tree.get(pids[i] ?? 0) ?? []));
  let ticks = 0;
  let bytes = 0;
  for (const each of pids) {
    const fields = statFields(each);
    ticks += Number(fields?.[11] ?? 0) + Number(fields?.[12] ?? 0);
    bytes += residentBytes(each);
  }
  return { cpuSeconds: ticks / ticksPerSecond, residentBytes: bytes, processes: pids.length };
}
