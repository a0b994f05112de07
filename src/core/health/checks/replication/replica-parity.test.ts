import { expect, test } from 'vitest';
import type { ReadingRow } from '../../../../model/fleet/reading.ts';
import { viewNode } from '../../evaluate/observed-node.ts';
import { defaultCadence } from '../../readings/cadence.ts';
import { observeSituation } from '../../testing/observe-case.ts';
import { caseStartMs, type NodeCase, proveCheck } from '../../testing/prove-check.ts';
import { replicaParity } from './replica-parity.ts';

const subject = { database: 'd', table: 't' };
const hour = 3_600;
const replica = (row: ReadingRow): ReadingRow => ({ ...subject, ...row });

test('replica-parity: blocks, partitions and rows', () => {
  const has =
    (partition: ReadingRow | undefined, modifiedAgoSeconds: number, id?: string) =>
    (zookeeperPath = '/t'): NodeCase => ({
      ...(id !== undefined && { id }),
      rows: {
        replicas: [replica({ zookeeperPath })],
        replicated_partitions: (atMs) =>
          partition
            ? [
                {
                  ...subject,
                  partition: '202601',
                  rows: 100,
                  newestBlock: 40,
                  lastModified: atMs / 1_000 - modifiedAgoSeconds,
                  ...partition,
                },
              ]
            : [],
      },
    });
  const where = { ...subject, node: 'n2:8123', partition: '202601' };
  const behind = [{ severity: 'warning', subject: where }] as const;
  const two = (a: NodeCase, b: NodeCase) => ({ nodes: [a, b] });
  proveCheck(replicaParity, [
    { name: 'well', ...two(has({}, 10)(), has({}, 10)()), expected: [] },
    {
      name: 'a little behind',
      ...two(has({}, 10)(), has({ newestBlock: 9, rows: 90 }, 10)()),
      expected: [],
    },
    {
      name: 'far behind',
      ...two(has({}, 10)(), has({ newestBlock: 8, rows: 90 }, 10)()),
      expected: behind,
    },
    {
      name: 'another shard',
      ...two(has({}, 10)('/a'), has({ newestBlock: 8 }, 10)('/b')),
      expected: [],
    },
    {
      name: 'has nothing of it',
      ...two(has({}, 700)(), has(undefined, 0)()),
      expected: behind,
    },
    { name: 'has it not yet', ...two(has({}, 500)(), has(undefined, 0)()), expected: [] },
    {
      name: 'is not told of old ones',
      ...two(has({}, 90_000)(), has(undefined, 0)()),
      expected: [],
    },
    {
      name: 'fewer rows, at rest',
      ...two(has({}, hour + 10)(), has({ rows: 99 }, hour + 10)()),
      expected: behind,
    },
    {
      name: 'fewer rows, just written',
      ...two(has({}, 700)(), has({ rows: 99 }, 700)()),
      expected: [],
    },
  ]);
});

test('replicas that were read at different times', () => {
  const newestBlock = (block: number): NodeCase => ({
    rows: {
      replicas: [replica({ zookeeperPath: '/t' })],
      replicated_partitions: [
        { ...subject, partition: 'p', rows: 1, newestBlock: block, lastModified: 1 },
      ],
    },
  });
  /** Blocks that the second node is behind, where the first was read so much later. */
  const check = (first: number, second: number, laterMs: number, expected: number) => {
    const nodes = [
      ...observeSituation(
        replicaParity,
        { node: { id: 'a:1', ...newestBlock(first) } },
        caseStartMs + laterMs,
      ).nodes,
      ...observeSituation(
        replicaParity,
        { node: { id: 'b:1', ...newestBlock(second) } },
        caseStartMs,
      ).nodes,
    ].map((each) => viewNode(each, replicaParity, defaultCadence, caseStartMs));
    if (replicaParity.scope !== 'cluster') throw new Error('it compares nodes');
    const measurement = replicaParity.measure({
      nowMs: caseStartMs,
      nodes,
      answering: nodes,
      keepers: [],
    });
    const items = measurement.kind === 'measured' ? measurement.items : [];
    expect(items.find((each) => each.subject.node === 'b:1')?.values.blocksBehind).toBe(expected);
  };
  check(100, 40, 0, 60);
  check(100, 40, -60_000, 60);
  // What was written since is no difference.
  check(100, 40, 60_000, 0);
});
