/**
 * The limit that end-to-end is compared with: the same rows, as Native files, inserted into the
 * same table by the bare engine. Runs as a child of end-to-end.ts; prints seconds of CPU.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Session } from 'chdb';
import { migrations } from '../src/adapters/clickhouse/schema/migrations.ts';
import {
  insertedColumns,
  type TelemetryTable,
  telemetryTables,
} from '../src/model/telemetry/tables.ts';

const [folder = '', table = ''] = process.argv.slice(2);
const files = join(folder, 'files');
mkdirSync(join(folder, 'store'));
const session = new Session(join(folder, 'store'));
session.query('CREATE DATABASE bench');
const day = 86_400_000;
const retention = {
  logsMs: 30 * day,
  tracesMs: 30 * day,
  metricsMs: 30 * day,
  sessionsMs: 30 * day,
};
for (const migration of migrations)
  for (const statement of migration.statements({ database: 'bench', retention, textIndexes: true }))
    session.query(statement);

const columns = insertedColumns(telemetryTables[table as TelemetryTable])
  .map(({ name }) => `\`${name}\``)
  .join(', ');
const begin = process.cpuUsage();
for (const file of readdirSync(files))
  session.query(
    `INSERT INTO bench.${table} (${columns}) SELECT ${columns} FROM file('${join(files, file)}', Native)
     SETTINGS max_insert_block_size = 1000000, min_insert_block_size_rows = 1000000, min_insert_block_size_bytes = 0`,
  );
const { user, system } = process.cpuUsage(begin);
const rows = Number(session.query(`SELECT count() FROM bench.${table}`, 'TabSeparated'));
session.cleanup();
console.log(JSON.stringify({ rows, cpuSeconds: (user + system) / 1e6 }));
process.exit(0);
