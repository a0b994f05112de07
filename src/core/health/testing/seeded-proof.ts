import { expect } from 'vitest';
import { checks } from '../catalogue.ts';
import type { Check } from '../check.ts';
import type { EmbeddedNode } from './embedded-node.ts';
import { placeLookAlike } from './look-alike-tables.ts';
import { type WatchedNode, watchNodes } from './watch-nodes.ts';

/** A check of the catalogue. */
export function checkOf(id: string): Check {
  const found = checks.find((each) => each.id === id);
  if (!found) throw new Error(`no check ${id}`);
  return found;
}

/** The engine as a server that has been up for a month. */
export const asWatched = (engine: EmbeddedNode): WatchedNode => ({
  id: 'n1:8123',
  rows: (sql) => engine.rows(sql),
  uptimeMs: 30 * 86_400_000,
});

export interface SeededCase {
  readonly check: string;
  /** Statements that fill the tables, which are empty before. */
  readonly seeds: readonly string[];
  /** `severity: message` of each finding. */
  readonly expected: readonly (string | RegExp)[];
  /** What the check says of tables that hold only this. Default: ok, of nothing. */
  readonly well?: { readonly outcome: string; readonly seeds?: readonly string[] };
}

/** Seeds `tables`, sees the check fire; another watch over what is well does not. */
export async function proveSeeded(
  engine: EmbeddedNode,
  tables: readonly string[],
  { check, seeds, expected, well = { outcome: 'ok' } }: SeededCase,
): Promise<void> {
  for (const table of tables) placeLookAlike(engine, table);
  engine.execute(...seeds);
  const watch = watchNodes([asWatched(engine)], [checkOf(check)]);
  const holdMs = Math.max(...checkOf(check).rules.map((rule) => rule.holdMs ?? 0));
  await watch.rounds(3 + holdMs / 60_000);
  const messages = watch.findings().map((each) => `${each.severity}: ${each.message}`);
  expect(messages, `${check}: ${watch.outcome(check)}`).toEqual(
    expected.map((each) => (typeof each === 'string' ? each : expect.stringMatching(each))),
  );
  for (const table of tables) placeLookAlike(engine, table);
  engine.execute(...(well.seeds ?? []));
  const after = watchNodes([asWatched(engine)], [checkOf(check)]);
  await after.rounds(2);
  // The tables are look-alikes: of what they are about, the engine may have nothing.
  expect(after.outcome(check), check).toMatch(
    new RegExp(`^${well.outcome}|^not_applicable: There are no `),
  );
}
