import type { Reading, ReadingGap, ReadingRow } from '../../../model/fleet/reading.ts';
import { ofTheHost } from '../checks/reachability/config-drift.ts';
import { mergeTreeSettings, serverSettings } from '../readings/settings.ts';

/** What the collector read last of one node, by name of the reading. */
export interface KeptNode {
  readonly node: string;
  reading(name: string): Reading | undefined;
}

/** Settings of one node that are not as on the others. */
export interface SettingDifferences {
  readonly rows: readonly ReadingRow[];
  readonly sql: string;
  readonly atMs: number | undefined;
  /** Nothing could be compared. */
  readonly gap?: ReadingGap;
}

const sources = [
  { reading: serverSettings, kind: 'server' },
  { reading: mergeTreeSettings, kind: 'MergeTree' },
] as const;

/**
 * Compares the settings of a node with those of the others. Settings that are meant to differ from
 * host to host are left out. A setting that only one of two versions has is no difference; neither is
 * anything where there is no other node.
 */
export function settingDifferences(own: KeptNode, others: readonly KeptNode[]): SettingDifferences {
  if (others.length === 0) return { rows: [], sql: '', atMs: undefined };
  const read = sources.map((source) => ({
    ...source,
    own: usable(own.reading(source.reading.name)),
    others: others.flatMap(({ node, reading }) => {
      const found = usable(reading(source.reading.name));
      return found ? [{ node, values: valuesOf(found) }] : [];
    }),
  }));
  const compared = read.filter((each) => each.own !== undefined && each.others.length > 0);
  if (compared.length === 0) {
    const gaps = sources.flatMap(({ reading }) => own.reading(reading.name)?.gap ?? []);
    const gap = gaps.find(({ reason }) => reason === 'grant') ?? gaps[0];
    return gap ? { ...unread('pending', ''), gap } : unread('pending', 'They were not read yet.');
  }
  return {
    rows: compared.flatMap((each) => differences(each.kind, valuesOf(each.own!), each.others)),
    sql: compared.map(({ reading }) => statement(reading.table)).join('\nUNION ALL\n'),
    atMs: Math.min(...compared.map((each) => each.own!.atMs)),
  };
}

const statement = (table: string): string => `SELECT name, value, changed\nFROM system.${table}`;

const unread = (reason: ReadingGap['reason'], detail: string): SettingDifferences => ({
  rows: [],
  sql: '',
  atMs: undefined,
  gap: { reason, detail },
});

const usable = (reading: Reading | undefined): Reading | undefined =>
  reading === undefined || reading.gap ? undefined : reading;

function valuesOf({ rows }: Reading): ReadonlyMap<string, string> {
  const known = rows.flatMap(({ name, value }) =>
    typeof name === 'string' && typeof value === 'string' && !ofTheHost.test(name)
      ? [[name, value] as const]
      : [],
  );
  return new Map(known);
}

interface Values {
  readonly node: string;
  readonly values: ReadonlyMap<string, string>;
}

function differences(
  kind: string,
  own: ReadonlyMap<string, string>,
  others: readonly Values[],
): ReadingRow[] {
  return [...own].flatMap(([setting, here]) => {
    const elsewhere = others.filter(({ values }) => (values.get(setting) ?? here) !== here);
    if (elsewhere.length === 0) return [];
    const byValue = Map.groupBy(elsewhere, ({ values }) => values.get(setting)!);
    const there = [...byValue].map(
      ([value, nodes]) => `${value} (${nodes.map(({ node }) => node).join(', ')})`,
    );
    return [{ setting, kind, here, elsewhere: there.join('; ') }];
  });
}
