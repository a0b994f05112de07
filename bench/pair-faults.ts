import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from '../src/model/fleet/finding.ts';
import type { ClickHousePair, ClickHouseServer } from '../test/peers/clickhouse-pair.ts';

/** Something that is broken on a real pair, and what the monitor should say of it. */
export interface Fault {
  readonly name: string;
  /** It is detected when one of these checks has a finding that fits `about`. */
  readonly expects: readonly string[];
  readonly about?: (finding: Finding) => boolean;
  /** Other checks that are right to open because of it. */
  readonly consequences: readonly string[];
  /** How long the check waits by its own rules, where that is more than its samples. */
  readonly hold?: string;
  /** It takes longer than anybody waits here: not counted, unless it is detected. */
  readonly unawaited?: boolean;
  /** What logs and counters remember, for an hour at most: its end is not waited for. */
  readonly remembered?: boolean;
  readonly inject: (pair: ClickHousePair) => Promise<unknown>;
  readonly heal: (pair: ClickHousePair) => Promise<unknown>;
}

const times = <T>(count: number, run: (place: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, place) => run(place)));
export const onTable =
  (table: string) =>
  ({ subject }: Finding): boolean =>
    subject.table === table;
/** One row, and so one part, for each insert; ten at a time. */
export async function insertParts(
  server: ClickHouseServer,
  table: string,
  parts: number,
): Promise<void> {
  for (let from = 0; from < parts; from += 10)
    await times(10, (place) =>
      server.query(`INSERT INTO f.${table} VALUES ('2026-01-01', ${from + place})`),
    );
}

/** Runs a statement with settings; its failure is what is wanted. */
export const ask = (server: ClickHouseServer, sql: string, settings: Record<string, string> = {}) =>
  fetch(`${server.url}/?${new URLSearchParams(settings)}`, { method: 'POST', body: sql })
    .then((response) => response.text())
    .catch(String);

const columns = '(d Date, k UInt64)';
const local = 'ENGINE = MergeTree PARTITION BY d ORDER BY k';
const replicated = (table: string): string =>
  `ENGINE = ReplicatedMergeTree('/f/${table}', '{replica}') PARTITION BY d ORDER BY k`;

/** All tables, and a setting that one server has alone, before anybody watches. */
export async function prepareFaults(pair: ClickHousePair): Promise<void> {
  const [, second] = pair.servers;
  const config = join(second.folder, 'config.xml');
  const setting =
    '<merge_tree><max_suspicious_broken_parts>7</max_suspicious_broken_parts></merge_tree>';
  await second.stop();
  writeFileSync(config, readFileSync(config, 'utf8').replace('</yandex>', `${setting}</yandex>`));
  await second.start();
  // 18.16 now and then ends soon after it began.
  await sleep(3_000);
  await second.start();
  for (const server of pair.servers) {
    await server.query('CREATE DATABASE f');
    const tables = {
      crowded: `${columns} ${local} SETTINGS parts_to_delay_insert = 1000, parts_to_throw_insert = 3000`,
      refusing: `${columns} ${local} SETTINGS parts_to_delay_insert = 5, parts_to_throw_insert = 10`,
      rewritten: `${columns} ${local}`,
      damaged: `${columns} ${local} SETTINGS old_parts_lifetime = 1`,
      mutated: `(d Date, k UInt64, s String) ${replicated('mutated')}`,
      lost: `${columns} ${replicated('lost')}`,
      behind: `${columns} ${replicated('behind')} SETTINGS max_replicated_merges_in_queue = 30`,
    };
    for (const [table, definition] of Object.entries(tables))
      await server.query(`CREATE TABLE f.${table} ${definition}`);
    await server.query(
      'CREATE TABLE f.everywhere AS f.lost ENGINE = Distributed(sharded, f, crowded)',
    );
  }
}

/** Removes all files of the parts that a table has. */
function emptyParts(server: ClickHouseServer, table: string): void {
  const folder = join(server.dataDir, 'data', 'f', table);
  for (const part of readdirSync(folder).filter((each) => each.startsWith('20260101_')))
    for (const file of readdirSync(join(folder, part))) rmSync(join(folder, part, file));
}

export const nothing = async (): Promise<void> => undefined;
const parts = ['merges-stalled', 'insert-rate', 'parts-forecast', 'parts-per-partition'];
/** Faults that do not depend on how long the servers have been up. */
export const earlyFaults = (): readonly Fault[] => [
  {
    name: 'merges are stopped under many inserts',
    expects: parts,
    about: onTable('crowded'),
    consequences: ['tiny-inserts', 'table-parts-total'],
    remembered: true,
    async inject({ servers: [first] }) {
      await first.query('SYSTEM STOP MERGES f.crowded');
      await insertParts(first, 'crowded', 650);
    },
    heal: ({ servers: [first] }) => first.query('SYSTEM START MERGES f.crowded'),
  },
  {
    name: 'inserts are refused for too many parts',
    expects: ['inserts-held-up'],
    consequences: ['query-failures'],
    remembered: true,
    async inject({ servers: [, second] }) {
      await second.query('SYSTEM STOP MERGES f.refusing');
      await insertParts(second, 'refusing', 20).catch(nothing);
    },
    heal: ({ servers: [, second] }) => second.query('SYSTEM START MERGES f.refusing'),
  },
  {
    name: 'a mutation fails again and again',
    expects: ['failing-mutation'],
    about: onTable('mutated'),
    consequences: ['replica-stuck-entries', 'replica-exception', 'merge-failures'],
    async inject({ servers: [first] }) {
      await first.query("INSERT INTO f.mutated VALUES ('2026-01-01', 1, 'no number')");
      await first.query('ALTER TABLE f.mutated DELETE WHERE toUInt8(s) = 1');
    },
    heal: ({ servers }) =>
      Promise.all(servers.map((server) => server.query('DROP TABLE f.mutated'))),
  },
  {
    name: 'mutations pile up',
    expects: ['mutation-backlog'],
    about: onTable('rewritten'),
    consequences: ['slow-mutation'],
    async inject({ servers: [first] }) {
      await first.query('SYSTEM STOP MERGES f.rewritten');
      await insertParts(first, 'rewritten', 10);
      for (let k = 0; k < 105; k += 1)
        await first.query(`ALTER TABLE f.rewritten DELETE WHERE k = ${1_000 + k}`);
    },
    heal: ({ servers: [first] }) => first.query('DROP TABLE f.rewritten'),
  },
  {
    name: 'a part is damaged on disk',
    expects: ['merge-failures'],
    about: onTable('damaged'),
    consequences: ['query-failures'],
    remembered: true,
    async inject({ servers: [first] }) {
      await first.query('SYSTEM STOP MERGES f.damaged');
      await insertParts(first, 'damaged', 10);
      const [part] = await first.rows<{ path: string }>(
        "SELECT path FROM system.parts WHERE active AND table = 'damaged' LIMIT 1",
      );
      for (const file of readdirSync(part!.path))
        if (file.endsWith('.bin')) truncateSync(join(part!.path, file), 1);
      await first.query('SYSTEM START MERGES f.damaged');
      for (let attempt = 0; attempt < 5; attempt += 1)
        await ask(first, "OPTIMIZE TABLE f.damaged PARTITION '2026-01-01' FINAL");
    },
    heal: ({ servers: [first] }) => first.query('DROP TABLE f.damaged'),
  },
  {
    name: 'a part is gone from the disk of the only replica that had it',
    expects: ['replica-fetch-failures', 'replica-data-loss', 'replica-lost-parts'],
    consequences: [
      'replica-stuck-entries',
      'replica-suspect-parts',
      'replica-exception',
      'query-failures',
      'detached-parts',
      'replica-parity',
    ],
    remembered: true,
    async inject({ servers: [first, second] }) {
      for (let k = 1; k <= 5; k += 1) {
        await second.query('SYSTEM STOP FETCHES f.lost');
        await first.query(`INSERT INTO f.lost VALUES ('2026-01-01', ${k})`);
        emptyParts(first, 'lost');
        await second.query('SYSTEM START FETCHES f.lost');
        await sleep(4_000);
      }
    },
    heal: ({ servers }) => Promise.all(servers.map((each) => each.query('DROP TABLE f.lost'))),
  },
  {
    name: 'queries are given too little memory',
    expects: ['memory-kills'],
    consequences: ['query-failures'],
    remembered: true,
    inject: ({ servers: [first] }) =>
      times(60, () =>
        ask(
          first,
          'SELECT groupArray(number) FROM (SELECT number FROM system.numbers LIMIT 3000000)',
          { max_memory_usage: '1000000' },
        ),
      ),
    heal: nothing,
  },
  {
    name: 'clients ask for what is not there',
    expects: ['query-failures'],
    about: ({ severity }) => severity === 'info',
    consequences: [],
    remembered: true,
    async inject({ servers: [, second] }) {
      for (let round = 0; round < 12; round += 1)
        await times(50, () => ask(second, 'SELECT nothing FROM nowhere'));
    },
    heal: nothing,
  },
  {
    name: 'queries are refused: too many of a user',
    expects: ['refused-queries'],
    consequences: ['query-failures'],
    remembered: true,
    inject: ({ servers: [first] }) =>
      times(20, () => ask(first, 'SELECT sleep(2)', { max_concurrent_queries_for_user: '4' })),
    heal: nothing,
  },
  crowdOfQueries(),
];

function crowdOfQueries(): Fault {
  const enough = new AbortController();
  let clients: readonly Promise<void>[] = [];
  return {
    name: 'nearly as many queries as the server takes',
    expects: ['query-concurrency'],
    consequences: [],
    async inject({ servers: [first] }) {
      clients = Array.from({ length: 82 }, async () => {
        while (!enough.signal.aborted) await ask(first, 'SELECT sleep(3)');
      });
    },
    async heal() {
      enough.abort();
      await Promise.all(clients);
    },
  };
}

/** What takes its time by its own rules; it goes on beside the others. */
export const slowFaults: readonly Fault[] = [
  {
    name: 'a query runs for longer than ten minutes',
    expects: ['long-query'],
    consequences: ['unusually-long-query'],
    hold: '10 min',
    inject: async ({ servers: [first] }) => {
      void ask(
        first,
        'SELECT count() FROM (SELECT sleepEachRow(1) FROM system.numbers LIMIT 3000)',
        {
          max_block_size: '1',
          query_id: 'the-long-one',
        },
      );
    },
    heal: ({ servers: [first] }) => first.query("KILL QUERY WHERE query_id = 'the-long-one'"),
  },
  {
    name: 'a table has other columns on one server',
    expects: ['schema-drift'],
    about: onTable('crooked'),
    consequences: [],
    hold: '10 min; read every 6 h',
    unawaited: true,
    async inject({ servers: [first, second] }) {
      await first.query(`CREATE TABLE f.crooked (d Date, k UInt64) ${local}`);
      await second.query(`CREATE TABLE f.crooked (d Date, k UInt32) ${local}`);
    },
    heal: ({ servers }) => Promise.all(servers.map((each) => each.query('DROP TABLE f.crooked'))),
  },
  {
    name: 'a server has another setting (from the beginning)',
    expects: ['config-drift'],
    consequences: [],
    hold: '15 min; read every 5 min',
    unawaited: true,
    inject: nothing,
    heal: nothing,
  },
];
