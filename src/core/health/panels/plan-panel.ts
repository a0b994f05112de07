import type { Reading } from '../../../model/fleet/reading.ts';
import type { Capabilities } from '../readings/capabilities.ts';
import { type CollectStatement, gapReading, planTier } from '../readings/collect-statement.ts';
import type { Panel } from './panel.ts';

type PanelPlan = { readonly statement: CollectStatement } | { readonly gap: Reading };

/** The statement of a panel for what a server has, or why there is none. `atMs` dates the gap. */
export function planPanel(panel: Panel, capabilities: Capabilities, atMs: number): PanelPlan {
  const { reading, needs = [] } = panel;
  const present = capabilities.tables.get(reading.table);
  const lost = present && needs.find((column) => !present.has(column));
  if (lost !== undefined) {
    const detail = `system.${reading.table} of this server has no column ${lost}.`;
    return { gap: gapReading(reading.name, { reason: 'column', detail }, atMs) };
  }
  const { statements, gaps } = planTier([reading], reading.tier, capabilities, atMs);
  const [statement] = statements;
  return statement ? { statement } : { gap: gaps[0]! };
}
