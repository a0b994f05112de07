import { sqlString } from '../../../base/sql-text.ts';
import { guardStatement, type Statement } from '../../../core/search/statement-guard.ts';
import { EngineError } from './engine-error.ts';
import type { FrontRequest } from './front-request.ts';
import type { DataFile, RequestBody } from './request-body.ts';
import { checkAccess } from './statement-access.ts';

/** What the engine is going to run: one statement, its rows in a file. */
export interface StatementPlan {
  readonly statement: Statement;
  readonly sql: string;
  readonly file: DataFile | undefined;
}

/** ClickHouse's default of max_query_size: how much of a body can be statement. */
const maxStatementBytes = 256 * 1024;

/**
 * Finds the statement in URL and body (as one text: the URL's, a line break, the body's), and
 * moves an INSERT's rows into a file. Throws an EngineError; leaves no file behind then.
 */
export async function planStatement(
  request: FrontRequest,
  body: RequestBody,
): Promise<StatementPlan> {
  const sizeBytes = statementLimit(request);
  if (request.urlQuery !== '') {
    const inUrl = guardStatement(request.urlQuery);
    if (inUrl.ok && inUrl.value.rows)
      return planInsert(request.urlQuery, inUrl.value, request, body);
  }
  const head = await body.head(sizeBytes + 1);
  const prefix = request.urlQuery === '' ? '' : `${request.urlQuery}\n`;
  const text = prefix + head.toString('utf8');
  const guarded = guardStatement(text);
  if (guarded.ok && guarded.value.rows) {
    const own =
      Buffer.byteLength(text.slice(0, guarded.value.rows.start)) - Buffer.byteLength(prefix);
    const statementPart = head.subarray(0, Math.max(own, 0));
    if (!Buffer.from(statementPart.toString('utf8')).equals(statementPart))
      throw new EngineError('the statement is not valid UTF-8', { code: 62, name: 'SYNTAX_ERROR' });
    body.skip(Math.max(own, 0));
    return planRows(guarded.value, request, body);
  }
  if (!body.ended || head.length > sizeBytes)
    throw new EngineError(
      `the statement is longer than ${sizeBytes} bytes (setting max_query_size)`,
      { code: 62, name: 'SYNTAX_ERROR' },
    );
  if (!guarded.ok) throw refusal(guarded.error);
  checkAccess(request, guarded.value);
  return { statement: guarded.value, sql: guarded.value.sql, file: undefined };
}

function statementLimit(request: FrontRequest): number {
  const asked = Number(request.settings.find(([name]) => name === 'max_query_size')?.[1]);
  return asked > maxStatementBytes ? Math.min(asked, 16 * 2 ** 20) : maxStatementBytes;
}

/** The statement came in the URL; rows may begin there and go on in the body. */
async function planInsert(
  text: string,
  statement: Statement,
  request: FrontRequest,
  body: RequestBody,
): Promise<StatementPlan> {
  const begun = text.slice(statement.rows?.start ?? text.length);
  if (begun.trim() !== '') body.prepend(Buffer.from(`${begun}\n`));
  return planRows(statement, request, body);
}

async function planRows(
  statement: Statement,
  request: FrontRequest,
  body: RequestBody,
): Promise<StatementPlan> {
  checkAccess(request, statement);
  if (request.insertFile !== undefined) {
    const sql = insertFrom(statement, request.insertFile);
    return { statement, sql, file: undefined };
  }
  const file = await body.toFile();
  return { statement, sql: insertFrom(statement, file.path), file };
}

/** The same INSERT, reading its rows from a file: they are never part of a statement. */
function insertFrom(statement: Statement, path: string): string {
  const rows = statement.rows;
  if (!rows) throw new Error('only an INSERT with rows reads a file');
  const place = `${sqlString(path)}, ${sqlString(rows.format)}`;
  const head = rows.head.trimEnd();
  if (!rows.input) return `${head}\nSELECT * FROM file(${place}, 'auto', 'none')`;
  const { start, end, structure } = rows.input;
  return `${head.slice(0, start)}file(${place}, ${structure}, 'none')${head.slice(end)}`;
}

function refusal(error: {
  code: string;
  message: string;
  start: number;
  end: number;
}): EngineError {
  const message = `${error.message} (at position ${error.start + 1})`;
  return error.code === 'into_outfile'
    ? new EngineError(message, { code: 48, name: 'NOT_IMPLEMENTED' })
    : new EngineError(message, { code: 62, name: 'SYNTAX_ERROR' });
}
