/**
 * What a misspelt name may have meant: the names that differ least, or those that it begins. A third
 * of the letters may be wrong, the usual bound of spelling correctors.
 */
export function nearestNames(written: string, names: readonly string[]): readonly string[] {
  const folded = written.toLowerCase();
  const limit = Math.floor(written.length / 3);
  const distances = names
    .map((name) => ({ name, distance: editDistance(folded, name.toLowerCase(), limit) }))
    .filter(({ distance }) => distance <= limit);
  const least = Math.min(...distances.map(({ distance }) => distance));
  const nearest = distances.filter(({ distance }) => distance === least);
  const begun = names.filter((name) => folded.length >= 3 && name.toLowerCase().startsWith(folded));
  return (nearest.length > 0 ? nearest.map(({ name }) => name) : begun).slice(0, 3);
}

/**
 * Insertions, deletions, replacements and swaps of neighbours (optimal string alignment) that turn
 * one text into the other; more than `limit` where the lengths alone rule it out.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit || a.length > 200) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit + 1;
}
