import { createHash } from 'node:crypto';
import { createReadStream, existsSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createZstdDecompress } from 'node:zlib';
import type { Store } from '../../adapters/clickhouse/store.ts';
import type { Logger } from '../../base/log.ts';
import { sqlName, sqlString } from '../../base/sql-text.ts';
import { sampleTables } from '../../model/fleet/sample-store.ts';

/** Where a restore leaves samples for the next start. */
export const samplesFolder = 'restored-samples';

const retryMs = 5_000;

/**
 * Puts samples that a restore left into the store, as soon as it takes them; a file goes when its
 * rows are stored. Gives how to stop.
 */
export function startImport(folder: string, store: Store, log: Logger): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async () => {
    while (!signal.aborted && existsSync(join(folder, samplesFolder))) {
      try {
        await importAll(join(folder, samplesFolder), store, log);
        return;
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        log.warn('restore_waits', { detail, retryInMs: retryMs });
        await sleep(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  };
  const running = run();
  return async () => {
    stopping.abort();
    await running;
  };
}

async function importAll(folder: string, store: Store, log: Logger): Promise<void> {
  for (const { table, stepMs } of sampleTables) {
    const path = join(folder, `${table}.native.zst`);
    if (!existsSync(path)) continue;
    if (stepMs === 0) await importRaw(store, path);
    else await insertFile(store, table, path);
    rmSync(path);
    log.info('samples_restored', { table });
  }
  rmdirSync(folder);
}

/**
 * The samples themselves would be rolled up once more by the views on their table, and their
 * roll-ups are in the backup: they come as whole partitions, which views do not see.
 */
async function importRaw(store: Store, path: string): Promise<void> {
  const database = sqlName(store.database);
  const staging = `${database}.\`fleet_samples_restored\``;
  const command = (query: string) => store.client.command({ query });
  await command(`DROP TABLE IF EXISTS ${staging}`);
  await command(`CREATE TABLE ${staging} AS ${database}.\`fleet_samples\``);
  await insertFile(store, 'fleet_samples_restored', path);
  const answer = await store.client.query({
    query: `SELECT DISTINCT partition_id AS id FROM system.parts WHERE active AND database = {database:String} AND table = 'fleet_samples_restored'`,
    query_params: { database: store.database },
    format: 'JSONEachRow',
  });
  for (const { id } of await answer.json<{ id: string }>())
    await command(
      `ALTER TABLE ${database}.\`fleet_samples\` ATTACH PARTITION ID ${sqlString(id)} FROM ${staging}`,
    );
  await command(`DROP TABLE ${staging}`);
}

async function insertFile(store: Store, table: string, path: string): Promise<void> {
  if (statSync(path).size === 0) return;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const answer = await store.client.exec({
    query: `INSERT INTO ${sqlName(store.database)}.${sqlName(table)} FORMAT Native`,
    values: createReadStream(path).pipe(createZstdDecompress()),
    clickhouse_settings: {
      insert_deduplication_token: hash.digest('hex'),
      insert_deduplicate: 1,
      max_partitions_per_insert_block: '0',
      wait_end_of_query: 1,
    },
  });
  for await (const _ of answer.stream); // The answer is empty; its end means that rows are stored.
}
