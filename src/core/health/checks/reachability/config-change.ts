import { type Measured, measured, type NodeCheck } from '../../check.ts';
import type { NodeView } from '../../node-view.ts';
import { changedMergeTreeSettings, changedServerSettings } from '../../readings/settings.ts';
import { releases } from '../../releases.ts';
import { ofTheHost } from './config-drift.ts';

const sources = [
  { reading: changedServerSettings, kind: 'server setting' },
  { reading: changedMergeTreeSettings, kind: 'MergeTree setting' },
] as const;

/** What differs between the newest reading and the one before it. */
function changes(node: NodeView, { reading, kind }: (typeof sources)[number]): Measured[] {
  const samples = node.history(reading);
  const [before, after] = [samples.at(-2), samples.at(-1)].map(
    (sample) => new Map(sample?.rows.map((row) => [row.name ?? '', row.value ?? ''])),
  );
  if (!before || !after || samples.length < 2) return [];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => !ofTheHost.test(name))
    .map((name) => ({
      subject: { object: `${kind} ${name}` },
      values: {
        changed: before.get(name) !== after.get(name),
        before: before.get(name) ?? 'default',
        after: after.get(name) ?? 'default',
      },
    }));
}

/** Settings that were changed within the last hour or so. */
export const configChange: NodeCheck = {
  id: 'config-change',
  number: 13,
  title: 'The configuration was changed',
  group: 'reachability',
  dimension: 'configuration',
  scope: 'node',
  needs: [
    { reading: changedMergeTreeSettings, columns: ['name', 'value'], absent: 'unknown' },
    {
      reading: changedServerSettings,
      columns: ['name', 'value'],
      absent: 'unknown',
      since: releases.serverSettings,
    },
  ],
  measure: (node) => measured(sources.flatMap((source) => changes(node, source))),
  // Read every five minutes: it stays for about an hour.
  samples: { open: 1, close: 12 },
  rules: [
    {
      severity: 'info',
      all: [{ value: 'changed', is: 'equal to', than: true }],
      source: 'Altinity/clickhouse-operator (hash of the configuration): any change',
      message: ({ subject, values }) =>
        `The ${subject.object} was changed: from ${values.before} to ${values.after}.`,
    },
  ],
  explanation:
    'What began to go wrong at the same moment may be its doing. Nothing is wrong with a change in itself.',
  causes: [
    'A change that was rolled out',
    'A file edited by hand',
    'An upgrade with other defaults',
  ],
  proof: { kind: 'sql' },
};
