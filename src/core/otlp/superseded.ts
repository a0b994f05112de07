import { latin1 } from './latin1.ts';

/** Above this many keys a hash map finds equal ones; below, comparing each pair is faster. */
const pairwiseUpTo = 24;

/**
 * Which of the keys `bytes[starts[i], ends[i])`, `i < count`, are followed by an equal one: OTLP
 * demands unique keys, and where a sender repeats one the last counts. Returns a mark per key, or
 * undefined when all differ, which is nearly always.
 */
export function markSuperseded(
  bytes: Uint8Array,
  starts: ArrayLike<number>,
  ends: ArrayLike<number>,
  count: number,
): readonly boolean[] | undefined {
  if (count < 2) return undefined;
  return count <= pairwiseUpTo
    ? markByPairs(bytes, starts, ends, count)
    : markByHash(bytes, starts, ends, count);
}

function markByPairs(
  bytes: Uint8Array,
  starts: ArrayLike<number>,
  ends: ArrayLike<number>,
  count: number,
): readonly boolean[] | undefined {
  let marks: boolean[] | undefined;
  for (let i = 0; i < count - 1; i++) {
    const start = starts[i]!;
    const length = ends[i]! - start;
    for (let j = i + 1; j < count; j++) {
      const other = starts[j]!;
      if (ends[j]! - other !== length || !sameBytes(bytes, start, other, length)) continue;
      marks ??= new Array<boolean>(count).fill(false);
      marks[i] = true;
      break;
    }
  }
  return marks;
}

/** Compares from the end: attribute names share their beginnings. */
function sameBytes(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = length - 1; i >= 0; i--) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}

/** A `Map` of strings, because V8 seeds their hashes: keys chosen to collide do no harm. */
function markByHash(
  bytes: Uint8Array,
  starts: ArrayLike<number>,
  ends: ArrayLike<number>,
  count: number,
): readonly boolean[] | undefined {
  let marks: boolean[] | undefined;
  const last = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const key = latin1(bytes, starts[i]!, ends[i]!);
    const earlier = last.get(key);
    if (earlier !== undefined) {
      marks ??= new Array<boolean>(count).fill(false);
      marks[earlier] = true;
    }
    last.set(key, i);
  }
  return marks;
}
