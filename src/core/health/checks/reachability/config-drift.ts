import { type ClusterCheck, type Measured, measured, notApplicable } from '../../check.ts';
import type { NodeView } from '../../node-view.ts';
import { mergeTreeSettings, serverSettings } from '../../readings/settings.ts';
import { releases } from '../../releases.ts';

/** Settings that are meant to differ from host to host. */
export const ofTheHost =
  /host|_port$|^port$|^listen|display_name|^path$|_path$|macros|certificate|private_key|^server_id$|^max_server_memory_usage$|cgroup|numa/i;

const sources = [
  { reading: serverSettings, kind: 'server setting' },
  { reading: mergeTreeSettings, kind: 'MergeTree setting' },
] as const;

/** Values of the settings that some node changed, by setting; '' where a node has the default. */
function changedSettings(
  nodes: readonly NodeView[],
  reading: typeof serverSettings | typeof mergeTreeSettings,
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const values = new Map<string, Map<string, string>>();
  for (const { node, rows } of nodes.map((each) => ({ node: each.node, rows: each.rows(reading) })))
    for (const row of rows) {
      if (row.changed !== true || row.name === undefined || ofTheHost.test(row.name)) continue;
      const known = values.get(row.name) ?? new Map<string, string>();
      values.set(row.name, known.set(node.id, row.value ?? ''));
    }
  return values;
}

/** Settings that differ between the servers of a cluster. */
export const configDrift: ClusterCheck = {
  id: 'config-drift',
  number: 13,
  title: 'Servers are configured differently',
  group: 'reachability',
  dimension: 'configuration',
  scope: 'cluster',
  needs: [
    { reading: mergeTreeSettings, columns: ['name', 'value', 'changed'], absent: 'unknown' },
    {
      reading: serverSettings,
      columns: ['name', 'value', 'changed'],
      absent: 'unknown',
      since: releases.serverSettings,
    },
  ],
  measure: ({ answering }) => {
    if (answering.length < 2) return notApplicable('There is nothing to compare a server with.');
    const items = sources.flatMap(({ reading, kind }) =>
      [...changedSettings(answering, reading)].map(([name, byNode]): Measured => {
        const all = answering.map(({ node }) => [node.id, byNode.get(node.id)] as const);
        return {
          subject: { object: `${kind} ${name}` },
          values: {
            differentValues: new Set(all.map(([, value]) => value)).size,
            values: all
              .map(([id, value]) => `${id}: ${value ?? 'default'}`)
              .join(', ')
              .slice(0, 1_000),
          },
        };
      }),
    );
    return measured(items);
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'differentValues', is: 'above', than: 1 }],
      holdMs: 900_000,
      source: 'Altinity/clickhouse-operator (hash of the configuration); 15 minutes: guideline',
      message: (item) =>
        `The ${item.subject.object} is not the same everywhere: ${item.values.values}.`,
    },
  ],
  explanation:
    'Replicas that are configured differently behave differently under the same load, and what was fixed on one comes back on the other.',
  causes: ['A change that was rolled out to some servers only', 'A file edited by hand'],
  fix: () => ({
    sql: 'SELECT name, value FROM system.server_settings WHERE changed ORDER BY name',
    risk: 'safe',
    note: 'Run it on each server and compare. A difference that is meant can be marked as intended.',
  }),
  proof: { kind: 'sql' },
};
