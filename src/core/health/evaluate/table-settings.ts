import type { ReadingRow } from '../../../model/fleet/reading.ts';

/** `a = 1, b = 'x, y'` as ClickHouse writes a table's own settings: the values as text. */
export function parseTableSettings(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const assignment = /\s*([A-Za-z_]\w*)\s*=\s*('[^'\\]*(?:\\[\s\S][^'\\]*)*'|[^,']+)(?:,|$)/y;
  for (;;) {
    const match = assignment.exec(text);
    if (!match) return found;
    found.set(match[1]!, match[2]!.trim());
  }
}

/** A setting's value as a number: plain, quoted, or a flag. */
export function settingNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const bare = text.replace(/^'([\s\S]*)'$/, '$1').trim();
  if (bare === 'true') return 1;
  if (bare === 'false') return 0;
  return bare === '' || Number.isNaN(Number(bare)) ? undefined : Number(bare);
}

/** Rows of a reading of settings: the values' texts by name. */
export const namedSettings = (rows: readonly ReadingRow[]): ReadonlyMap<string, string> =>
  new Map(
    rows.flatMap(({ name, value }) =>
      typeof name === 'string' && typeof value === 'string' ? [[name, value] as const] : [],
    ),
  );
