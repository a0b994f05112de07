import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../src/model/fleet/finding.ts';
import { monitorPassword } from '../test/peers/clickhouse-config.ts';
import type { ClickHousePair, ClickHouseServer } from '../test/peers/clickhouse-pair.ts';
import { ask, type Fault, insertParts, nothing, onTable } from './pair-faults.ts';

const onNode =
  (server: ClickHouseServer) =>
  ({ subject }: Finding): boolean =>
    subject.node === `${server.host}:${server.httpPort}`;

/** The monitor's password as the second server knows it. */
function setPassword(server: ClickHouseServer, from: string, to: string): void {
  const file = join(server.folder, 'users.xml');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(from, to));
}

const down = ['node-down', 'shard-without-replica', 'cluster-errors', 'replica-inactive'];
const back = ['server-restarted', 'replica-lag', 'replica-queue', 'replica-log-gap'];

/** Faults of replication: nothing is said of them in the first ten minutes of a server. */
export const replicaFaults: readonly Fault[] = [
  {
    name: 'a replica fetches nothing',
    expects: ['replica-queue', 'replica-lag', 'replica-parity', 'replica-stuck-entries'],
    about: onTable('behind'),
    consequences: ['replica-log-gap', 'insert-rate'],
    async inject({ servers: [first, second] }) {
      await second.query('SYSTEM STOP FETCHES f.behind');
      await insertParts(first, 'behind', 40);
    },
    heal: ({ servers: [, second] }) => second.query('SYSTEM START FETCHES f.behind'),
  },
];

/** One after the other; those of one list together. */
export const outages = ({
  servers: [first, second],
}: ClickHousePair): readonly (readonly Fault[])[] => [
  [
    {
      name: 'ZooKeeper is killed',
      expects: ['keeper-node-down', 'keeper-session', 'replica-readonly'],
      consequences: [
        'keeper-exceptions',
        'keeper-unavailable',
        'keeper-latency',
        'keeper-server-latency',
        'query-failures',
        'replica-exception',
        'replica-inactive',
        'memory-kills',
        ...back,
      ],
      inject: ({ zookeeper }) => zookeeper.kill(),
      heal: ({ zookeeper }) => zookeeper.start(),
    },
  ],
  [
    {
      name: 'a replica stands still',
      expects: ['node-down'],
      about: onNode(second),
      consequences: [...down, ...back, 'distributed-failures', 'query-failures', 'keeper-session'],
      inject: () => second.hang(),
      heal: async () => second.resume(),
    },
  ],
  [
    {
      name: 'the login of the monitor is refused',
      expects: ['node-down'],
      about: onNode(second),
      consequences: ['shard-without-replica'],
      inject: async () => setPassword(second, monitorPassword, 'another'),
      heal: async () => setPassword(second, 'another', monitorPassword),
    },
  ],
  [
    {
      name: 'a replica is killed',
      expects: ['node-down'],
      about: onNode(second),
      consequences: [...down, ...back, 'query-failures'],
      inject: () => second.kill(),
      heal: () => second.start(),
    },
    {
      name: 'queries over all shards fail: one is gone',
      expects: ['distributed-failures', 'cluster-errors'],
      consequences: [...down, ...back, 'query-failures'],
      remembered: true,
      async inject() {
        for (let turn = 0; turn < 3; turn += 1)
          await ask(first, 'SELECT count() FROM f.everywhere');
      },
      heal: nothing,
    },
  ],
  [
    {
      name: 'a server was started anew',
      expects: ['server-restarted'],
      about: onNode(first),
      consequences: [...down, ...back],
      inject: async () => {
        await first.kill();
        await first.start();
      },
      remembered: true,
      heal: nothing,
    },
  ],
];
