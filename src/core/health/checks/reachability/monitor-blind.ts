import { type Measured, measured, type NodeCheck, unknown } from '../../check.ts';
import type { NodeView } from '../../node-view.ts';
import { crowdedPartitions, leastCrowded } from '../../readings/parts.ts';
import type { ReadingDefinition } from '../../readings/reading-definition.ts';
import { visibleParts, visibleTables } from '../../readings/server.ts';
import { percentText } from '../../wording.ts';

const hourMs = 3_600_000;
const blindShare = 0.95;
/** Parts come and go: the least that the server counted around the reading is what must be seen. */
const aroundMs = 120_000;

/** The least value of the first gauge that this server has, around the time of a reading. */
function leastAround(
  node: NodeView,
  names: readonly string[],
  reading: ReadingDefinition,
): number | undefined {
  const atMs = node.history(reading).at(-1)?.atMs ?? node.nowMs;
  for (const name of names) {
    const points = node
      .gauges(name, hourMs)
      .filter((point) => Math.abs(point.atMs - atMs) <= aroundMs);
    // What was counted after the reading alone may have come after it: a server that has just begun
    // counts nothing for a minute.
    if (points.some((point) => point.atMs <= atMs))
      return Math.min(...points.map((point) => point.value));
  }
  return undefined;
}

const share = (visible: number | undefined, real: number | undefined): number | undefined =>
  visible === undefined || real === undefined ? undefined : real === 0 ? 1 : visible / real;

/**
 * Servers that count neither tables nor parts still tell how many parts the most crowded partition of
 * all has. Where the user sees none like it, it is hidden; where it does, others may be: the second
 * item says that this is no answer.
 */
function byTheMostCrowded(node: NodeView): Measured[] {
  const crowded = node.optionalRows(crowdedPartitions);
  const real = leastAround(node, ['MaxPartCountForPartition'], crowdedPartitions);
  if (!crowded || real === undefined) return [];
  // Partitions with fewer are not read.
  const visible = Math.max(leastCrowded, ...crowded.map((row) => row.parts ?? 0));
  const visibleShare = Math.min(1, share(visible, real) ?? 1);
  return [
    { subject: { object: 'parts of one partition' }, values: { visibleShare, visible, real } },
    { subject: { object: 'tables' }, values: { visibleShare: undefined } },
  ];
}

/** Whether the monitoring user sees what is there. */
export const monitorBlind: NodeCheck = {
  id: 'monitor-blind',
  number: 6,
  title: 'The monitor does not see everything',
  group: 'reachability',
  dimension: 'configuration',
  scope: 'node',
  needs: [
    { reading: visibleTables, columns: ['tables'], absent: 'unknown' },
    { reading: visibleParts, columns: ['parts'], absent: 'unknown' },
  ],
  uses: [crowdedPartitions],
  series: [
    'AttachedTable',
    'PartsActive',
    'TotalPartsOfMergeTreeTables',
    'MaxPartCountForPartition',
  ],
  samples: { open: 1, close: 1 },
  measure: (node) => {
    const tables = node.rows(visibleTables)[0]?.tables;
    const parts = node.rows(visibleParts)[0]?.parts;
    const attached = leastAround(node, ['AttachedTable'], visibleTables);
    const active = leastAround(node, ['PartsActive', 'TotalPartsOfMergeTreeTables'], visibleParts);
    const items: Measured[] = [];
    if (active !== undefined)
      items.push({
        subject: { object: 'parts' },
        values: { visibleShare: share(parts, active), visible: parts, real: active },
      });
    if (attached !== undefined)
      items.push({
        subject: { object: 'tables' },
        values: { visibleShare: share(tables, attached), visible: tables, real: attached },
      });
    if (items.length === 0) items.push(...byTheMostCrowded(node));
    return items.length > 0
      ? measured(items)
      : unknown(
          'This server does not say how many tables and parts it has: hidden ones would go unnoticed.',
        );
  },
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'visibleShare', is: 'below', than: blindShare }],
      source:
        "ClickHouse/clickhouse-diagnostics (grants), ClickHouse's documentation of SHOW; 95 %: guideline",
      message: (item) =>
        `The monitoring user sees ${item.values.visible} of ${item.values.real} ${item.subject.object} (${percentText(Number(item.values.visibleShare))}): whatever is wrong with the others stays unseen.`,
    },
  ],
  explanation:
    'ClickHouse hides tables, and their parts, replicas and mutations, from users who may not see them, without an error. A monitor that sees nothing reports that all is well.',
  causes: [
    'The monitoring user lacks the SHOW grants',
    'allow_databases of an old users.xml names only some databases',
    'A row policy on a system table',
  ],
  fix: () => ({
    sql: 'GRANT SHOW DATABASES, SHOW TABLES, SHOW COLUMNS, SHOW DICTIONARIES ON *.* TO castellan',
    risk: 'safe',
    note: 'Put the name of the monitoring user in. A user from users.xml gets the rights there.',
  }),
  proof: { kind: 'fault' },
};
