import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import type { TableBlock } from '../../../model/telemetry/block.ts';
import { insertedColumns, telemetryTables } from '../../../model/telemetry/tables.ts';

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

  /** Inserts a block from a file, as a spool segment is. */
  insert({ table, bytes }: TableBlock): void {
    const file = join(this.folder, `block-${this.files++}.native`);
    writeFileSync(file, bytes);
    const names = insertedColumns(telemetryTables[table]).map(({ name }) => `\`${name}\``);
    this.session.query(
      `INSERT INTO castellan.${table} (${names.join(', ')}) SELECT ${names.join(', ')} FROM file('${file}', Native)`,
    );
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
