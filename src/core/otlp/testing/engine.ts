import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import type { TableBlock } from '../../../model/telemetry/block.ts';
import {
  insertedColumns,
  type TelemetryTable,
  telemetryTables,
  wireType,
} from '../../../model/telemetry/tables.ts';
import { type Row, readNativeBlock } from './native-reader.ts';

const columnsOf = (table: TelemetryTable) => insertedColumns(telemetryTables[table]);

/** The real engine, with the telemetry tables in their real column types. */
export class Engine implements Disposable {
  private readonly folder = mkdtempSync(join(tmpdir(), 'castellan-otlp-'));
  private readonly session = new Session(join(this.folder, 'store'));
  private files = 0;

  constructor() {
    this.session.query('CREATE DATABASE castellan');
    for (const [table, columns] of Object.entries(telemetryTables)) {
      const inserted = insertedColumns(columns).map(({ name, type }) => `\`${name}\` ${type}`);
      this.session.query(
        `CREATE TABLE castellan.${table} (${inserted.join(', ')}) ENGINE = MergeTree ORDER BY tuple()`,
      );
    }
  }

  /** Inserts blocks of one table from one file, as a spool segment is. */
  insert(blocks: readonly TableBlock[]): void {
    const [first] = blocks;
    if (!first) return;
    const file = join(this.folder, `segment-${this.files++}.native`);
    writeFileSync(file, Buffer.concat(blocks.map(({ bytes }) => bytes)));
    const names = columnsOf(first.table).map(({ name }) => `\`${name}\``);
    this.session.query(
      `INSERT INTO castellan.${first.table} (${names.join(', ')}) SELECT ${names.join(', ')} FROM file('${file}', Native)`,
    );
  }

  /** All rows of a table as the engine writes them in Native, in the types of an insert block. */
  readBack(table: TelemetryTable): readonly Row[] {
    const file = join(this.folder, `read-${this.files++}.native`);
    const columns = columnsOf(table).map(
      (column) => `CAST(\`${column.name}\` AS ${wireType(column)}) AS \`${column.name}\``,
    );
    this.session.query(
      `SELECT ${columns.join(', ')} FROM castellan.${table} INTO OUTFILE '${file}' FORMAT Native SETTINGS max_threads = 1, max_block_size = 1000000`,
    );
    const bytes = readFileSync(file);
    return bytes.length === 0 ? [] : readNativeBlock(bytes).rows;
  }

  /** The rows of an answer, 64-bit integers as strings. */
  rows(sql: string): Record<string, unknown>[] {
    const text = this.session.query(
      `${sql} SETTINGS output_format_json_quote_64bit_integers = 1, output_format_json_quote_denormals = 1`,
      'JSONEachRow',
    );
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  [Symbol.dispose](): void {
    this.session.cleanup();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
