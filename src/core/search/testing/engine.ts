import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import { sqlString } from '../../../base/sql-text.ts';

/** A real ClickHouse engine in a folder of its own, for tests of what a compiled query finds. */
export interface TestEngine {
  /** Rows of a statement as objects. `params` travel as ClickHouse's HTTP interface takes them. */
  query(sql: string, params?: Readonly<Record<string, string>>): Record<string, unknown>[];
  execute(sql: string): void;
  /** Inserts objects; `structure` is name -> type of the columns that they have. */
  insert(table: string, structure: Readonly<Record<string, string>>, rows: readonly object[]): void;
  close(): void;
}

export function openEngine(): TestEngine {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-search-'));
  const session = new Session(join(folder, 'store'));
  let files = 0;
  return {
    query(sql, params = {}) {
      const sets = Object.entries(params).map(
        ([name, value]) => `param_${name} = ${sqlString(tsvEscaped(value))}`,
      );
      if (sets.length > 0) session.query(`SET ${sets.join(', ')}`);
      const text = session.query(sql, 'JSONEachRow');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    },
    execute(sql) {
      session.query(sql);
    },
    insert(table, structure, rows) {
      const file = join(folder, `${files++}.json`);
      writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
      const columns = Object.keys(structure).map((name) => `\`${name}\``);
      const typed = Object.entries(structure).map(([name, type]) => `\`${name}\` ${type}`);
      session.query(
        `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM file(${sqlString(file)}, JSONEachRow, ${sqlString(typed.join(', '))})`,
      );
    },
    close() {
      session.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A parameter's value as `param_x` carries it: the escapes of TabSeparated. */
const tsvEscaped = (value: string): string =>
  value.replaceAll(/[\\\t\n\r\0\b\f]/g, (each) => escapes[each] ?? each);

const escapes: Record<string, string> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
};
