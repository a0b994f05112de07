/** Steps (insert, delete, replace, swap of neighbours) from one text to the other. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(row[j - 1]! + 1, rows[i - 1]![j]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

const bare = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * The name that a person probably meant, or undefined when none is near: at most two typing
 * mistakes (one for short names), capitals and punctuation not counted, or the end of one name.
 */
export function closestName(given: string, names: readonly string[]): string | undefined {
  const wanted = bare(given);
  if (wanted.length < 2 || wanted.length > 64) return undefined;
  let best: { name: string; steps: number } | undefined;
  for (const name of names) {
    const candidate = bare(name);
    const ends = Math.min(wanted.length, candidate.length) >= 4;
    const steps =
      ends && (candidate.endsWith(wanted) || wanted.endsWith(candidate))
        ? 1.5
        : distance(wanted, candidate);
    if (steps <= (wanted.length < 6 ? 1.5 : 2.5) && (!best || steps < best.steps))
      best = { name, steps };
  }
  return best?.name;
}
