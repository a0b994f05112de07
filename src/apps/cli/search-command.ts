import { type Command, Option } from 'commander';
import type {
  Diagnostic,
  Row,
  SearchLine,
  SearchMeta,
  Source,
} from '../../model/telemetry/search-api.ts';
import { maxLimit } from '../../model/telemetry/search-api.ts';
import { type ApiClient, failureOf } from './api-client.ts';
import { type ClientFlags, clientCommand, openClient, runAction } from './client-options.ts';
import { CommandFailure } from './command-failure.ts';
import { exitCode } from './exit-code.ts';
import { renderCaret } from './print-failure.ts';
import { startRows } from './print-rows.ts';
import { readLines } from './read-lines.ts';
import type { Progress, Terminal } from './terminal.ts';
import { parseTimeArgument } from './time-argument.ts';

interface SearchFlags extends ClientFlags {
  readonly source: Source;
  readonly sql?: boolean;
  readonly from: string;
  readonly to: string;
  readonly limit: string;
}

/** `castellan search`: newest records first, page after page until the limit. */
export const searchCommand = (terminal: Terminal): Command =>
  clientCommand('search')
    .summary('find logs or spans')
    .description('Finds logs or spans, the newest first.')
    .argument('[query]', 'what to look for, in Lucene syntax; without it, everything', '')
    .addOption(
      new Option('--source <source>', 'what to search').choices(['logs', 'traces']).default('logs'),
    )
    .option('--sql', 'the query is an SQL expression, as after WHERE')
    .option('--from <time>', 'begin: how long ago (15m, 2h, 7d) or a time (RFC 3339)', '15m')
    .option('--to <time>', 'end, exclusive', 'now')
    .option('--limit <rows>', 'how many records at most, or all', '200')
    .addHelpText(
      'after',
      `
Examples:
  $ castellan search 'timeout'
  $ castellan search 'ServiceName:checkout AND level:error' --from 1h
  $ castellan search --source traces 'Duration:>1s' --json | jq .SpanName
  $ castellan search --sql "lower(Body) LIKE '%refused%'" --from 2026-01-02T03:00:00Z`,
    )
    .action((query: string, flags: SearchFlags) =>
      runAction(terminal, () => search(terminal, query, flags), query),
    );

function parseLimit(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new CommandFailure(exitCode.usage, `--limit: "${text}" is not a number of records`, {
    hint: 'Write a whole number from 1, or all.',
  });
}

async function search(terminal: Terminal, query: string, flags: SearchFlags): Promise<void> {
  const limit = parseLimit(flags.limit);
  const client = openClient(flags, terminal.env);
  const nowMs = Date.now();
  const body = {
    source: flags.source,
    where: query,
    language: flags.sql ? 'sql' : 'lucene',
    from: parseTimeArgument('--from', flags.from, nowMs),
    to: parseTimeArgument('--to', flags.to, nowMs),
  };
  const progress = terminal.startProgress('searching');
  const print = startRows(terminal, flags.source, flags.json === true);
  let found = 0;
  let cursor: string | null = null;
  let meta: SearchMeta;
  try {
    do {
      const rows: Row[] = [];
      const page = {
        ...body,
        limit: Math.min(limit - found, maxLimit),
        ...(cursor ? { cursor } : {}),
      };
      meta = await readPage(terminal, client, page, (more) => rows.push(...more), progress);
      if (cursor === null) printWarnings(terminal, meta.warnings, query);
      progress.stop();
      print(rows);
      found += rows.length;
      cursor = meta.cursor;
    } while (cursor !== null && !meta.complete && found < limit);
  } finally {
    progress.stop();
  }
  if (flags.json) return;
  const rest = cursor !== null && !meta.complete ? '; there are more (--limit)' : '';
  terminal.err(terminal.errColors.dim(`${found} records in ${Date.now() - nowMs} ms${rest}`));
}

async function readPage(
  terminal: Terminal,
  client: ApiClient,
  body: object,
  onRows: (rows: readonly Row[]) => void,
  progress: Progress,
): Promise<SearchMeta> {
  const response = await client.open('POST', '/search', {
    accept: 'application/x-ndjson',
    body,
    signal: terminal.interrupted,
  });
  for await (const text of readLines(response)) {
    const line = JSON.parse(text) as SearchLine;
    if (line.type === 'rows') onRows(line.rows);
    if (line.type === 'progress')
      progress.update(`searched ${Math.round(line.fraction * 100)} %, ${line.rowsRead} rows read`);
    if (line.type === 'error') throw failureOf(line.error);
    if (line.type === 'end') return line.meta;
  }
  throw new CommandFailure(exitCode.unreachable, 'the connection ended before the answer did', {
    hint: 'Look into the log of the server, then try again.',
  });
}

function printWarnings(terminal: Terminal, warnings: readonly Diagnostic[], query: string): void {
  for (const warning of warnings) {
    terminal.err(`${terminal.errColors.yellow('warning:')} ${warning.message}`);
    if (warning.end > warning.start)
      for (const line of renderCaret(query, warning).split('\n')) terminal.err(`  ${line}`);
  }
}
