/** A table that can be looked at. */
export interface ReadingEntry {
  readonly name: string;
  readonly table: string;
  /** Of all nodes. */
  readonly rows: number;
  /** Nodes without rows for a reason. */
  readonly gaps: number;
}

/** What people look for first. */
const first = ['replicas', 'replication_queue', 'merges', 'mutations', 'running_queries', 'disks'];

/** Those with rows first, each part by name. */
export const orderReadings = <Entry extends ReadingEntry>(readings: readonly Entry[]): Entry[] =>
  [...readings].sort(
    (a, b) => Number(b.rows > 0) - Number(a.rows > 0) || (a.name < b.name ? -1 : 1),
  );

/** The wanted one; else the first that has something to show. */
export function chooseReading<Entry extends ReadingEntry>(
  readings: readonly Entry[],
  wanted: string | undefined,
): Entry | undefined {
  const known = (name: string) => readings.find((reading) => reading.name === name);
  const full = first.map(known).find((reading) => (reading?.rows ?? 0) > 0);
  return (wanted === undefined ? undefined : known(wanted)) ?? full ?? orderReadings(readings)[0];
}
