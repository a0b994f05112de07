/** Round moments along an axis of `totalNs`, in nanoseconds from its start; at most `most`. */
export function roundTicks(totalNs: bigint, most: number): bigint[] {
  if (totalNs <= 0n) return [0n];
  let step = 1n;
  const growth = [2n, 5n, 10n];
  for (let power = 1n, i = 0; totalNs / step >= BigInt(most); i++) {
    step = power * growth[i % 3]!;
    if (i % 3 === 2) power *= 10n;
  }
  const ticks: bigint[] = [];
  for (let at = 0n; at <= totalNs; at += step) ticks.push(at);
  return ticks;
}
