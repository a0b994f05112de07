import type { Command } from 'commander';
import type { Row } from '../../model/telemetry/search-api.ts';
import { type ClientFlags, clientCommand, openClient, runAction } from './client-options.ts';
import { CommandFailure } from './command-failure.ts';
import { exitCode } from './exit-code.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

interface SqlFlags extends ClientFlags {
  readonly limit: string;
  readonly param: Record<string, string>;
}

interface SqlAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Row[];
}

function collectParam(text: string, params: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1)
    throw new CommandFailure(exitCode.usage, `--param: "${text}" is not name=value`, {
      hint: 'Write for example --param service=checkout for {service:String} in the query.',
    });
  return { ...params, [text.slice(0, at)]: text.slice(at + 1) };
}

/** `castellan sql`: one read-only statement. */
export const sqlCommand = (terminal: Terminal): Command =>
  clientCommand('sql')
    .summary('run one read-only SQL statement')
    .description('Runs one read-only statement of ClickHouse SQL on the telemetry tables.')
    .argument('<query>', 'the statement')
    .option('--limit <rows>', 'how many rows at most, up to 10000', '200')
    .option(
      '--param <name=value>',
      'value of {name:Type} in the query; may be given again',
      collectParam,
      {},
    )
    .addHelpText(
      'after',
      `
Examples:
  $ castellan sql 'SELECT ServiceName, count() FROM otel_logs GROUP BY 1 ORDER BY 2 DESC'
  $ castellan sql 'SELECT * FROM otel_traces WHERE TraceId = {id:String}' --param id=4bf92f3577b34da6 --json`,
    )
    .action((query: string, flags: SqlFlags) =>
      runAction(terminal, () => runSql(terminal, query, flags), query),
    );

async function runSql(terminal: Terminal, query: string, flags: SqlFlags): Promise<void> {
  const limit = Number(flags.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new CommandFailure(exitCode.usage, `--limit: "${flags.limit}" is not from 1 to 10000`);
  const client = openClient(flags, terminal.env);
  const progress = terminal.startProgress('running');
  const body = {
    query,
    limit,
    ...(Object.keys(flags.param).length > 0 ? { params: flags.param } : {}),
  };
  const { data, meta } = await client
    .call<SqlAnswer, { complete?: boolean; elapsedMs?: number }>(
      'POST',
      '/sql',
      body,
      terminal.interrupted,
    )
    .finally(() => progress.stop());
  if (flags.json) {
    for (const row of data.rows) terminal.out(JSON.stringify(row));
    return;
  }
  const names = data.columns.map((column) => column.name);
  printTable(
    terminal,
    names,
    data.rows.map((row) => names.map((name) => row[name])),
  );
  const cutShort = meta.complete === false ? '; there are more (--limit)' : '';
  terminal.err(
    terminal.errColors.dim(`${data.rows.length} rows in ${meta.elapsedMs ?? 0} ms${cutShort}`),
  );
}
