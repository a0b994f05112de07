import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHousePair } from '../test/peers/clickhouse-pair.ts';

/** What was done to a pair, and what of it was refused. */
export interface LoadReport {
  readonly inserts: number;
  readonly selects: number;
  readonly mutations: number;
  readonly merges: number;
  /** The servers' words for each statement that failed. */
  readonly failures: readonly string[];
}

export interface PairLoad {
  /** Ends it and waits for the statements that run. */
  stop(): Promise<LoadReport>;
}

const rowsPerInsert = 2_000;
const tables = [
  `CREATE TABLE load.visits ON CLUSTER pair (day Date, at DateTime, shop UInt32, page String, spent UInt32)
    ENGINE = ReplicatedMergeTree('/load/visits', '{replica}') PARTITION BY toYYYYMM(day) ORDER BY (shop, at)`,
  `CREATE TABLE load.orders ON CLUSTER pair (day Date, at DateTime, shop UInt32, spent UInt64)
    ENGINE = ReplicatedSummingMergeTree('/load/orders', '{replica}') PARTITION BY toYYYYMM(day) ORDER BY (shop, at)`,
  `CREATE MATERIALIZED VIEW load.orders_of_visits ON CLUSTER pair TO load.orders
    AS SELECT day, toStartOfHour(at) AS at, shop, sum(spent) AS spent FROM load.visits GROUP BY day, at, shop`,
  'CREATE TABLE load.everywhere ON CLUSTER pair AS load.visits ENGINE = Distributed(pair, load, visits)',
];

const insert = `INSERT INTO load.visits SELECT today(), now() - number % 60, number % 50, concat('/page/', toString(rand() % 1000)), rand() % 100
  FROM (SELECT number FROM system.numbers LIMIT ${rowsPerInsert})`;
const selects = [
  'SELECT shop, count(), sum(spent) FROM load.visits WHERE at > now() - 600 GROUP BY shop',
  'SELECT page, uniq(shop) FROM load.visits WHERE shop = 7 GROUP BY page ORDER BY page LIMIT 20',
  'SELECT shop, sum(spent) FROM load.orders GROUP BY shop ORDER BY shop',
  'SELECT count() FROM load.everywhere',
];

/** Makes replicated tables in a database `load`, and keeps the pair busy until it is stopped. */
export async function startPairLoad(pair: ClickHousePair): Promise<PairLoad> {
  for (const server of pair.servers) await server.query('CREATE DATABASE IF NOT EXISTS load');
  for (const table of tables) await pair.servers[0].query(table);
  const failures: string[] = [];
  const done = { inserts: 0, selects: 0, mutations: 0, merges: 0 };
  const stopping = new AbortController();
  const every = async (
    pauseMs: number,
    kind: keyof typeof done,
    statement: (turn: number) => string,
  ): Promise<void> => {
    for (let turn = 0; !stopping.signal.aborted; turn += 1) {
      const server = pair.servers[turn % 2]!;
      await server.query(statement(turn)).then(
        () => {
          done[kind] += 1;
        },
        (error: Error) => failures.push(`${server.replica}, ${kind}: ${error.message}`),
      );
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = [
    every(2_000, 'inserts', () => insert),
    every(500, 'selects', (turn) => selects[turn % selects.length]!),
    every(240_000, 'mutations', (turn) => `ALTER TABLE load.visits DELETE WHERE shop = ${turn}`),
    every(300_000, 'merges', () => 'OPTIMIZE TABLE load.visits'),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
      return { ...done, failures };
    },
  };
}
