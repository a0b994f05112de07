import { type Command, Option } from 'commander';
import {
  type AskedNode,
  groupings,
  type QueriesData,
  querySorts,
} from '../../model/fleet/query-insights.ts';
import type { RunningData } from '../../model/fleet/query-kill.ts';
import {
  type ClusterCall,
  clusterArgument,
  clusterPath,
  runClusterAction,
} from './cluster-call.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';
import { parseTimeArgument } from './time-argument.ts';

interface QueriesFlags {
  readonly by: string;
  readonly sort: string;
  readonly from: string;
  readonly to: string;
  readonly limit: string;
  readonly running?: boolean;
  readonly user?: string;
  readonly table?: string;
  readonly kind?: string;
  readonly code?: string;
  readonly text?: string;
  readonly node?: string;
}

/** `castellan clusters queries`: what its queries did, or what runs. */
export function addClusterQueries(clusters: Command, terminal: Terminal): void {
  clusters
    .command('queries')
    .description('show what the queries of a cluster did, or what runs there now')
    .argument(...clusterArgument)
    .option('--running', 'what runs on its nodes now instead')
    .addOption(
      new Option('--by <what>', 'one row for each').choices(groupings).default('fingerprint'),
    )
    .addOption(new Option('--sort <what>', 'the most first').choices(querySorts).default('total'))
    .option('--from <time>', 'begin: how long ago (15m, 2h, 7d) or a time (RFC 3339)', '1h')
    .option('--to <time>', 'end, exclusive', 'now')
    .option('--limit <rows>', 'how many rows at most, up to 500', '20')
    .option('--user <name>', 'only of this user')
    .option('--table <name>', 'only with this table, as database.table')
    .option('--kind <kind>', 'only of this kind: select, insert …')
    .option('--code <code>', 'only failed with this error code; 0: that did not fail')
    .option('--text <text>', 'only with this in the normalized text')
    .option('--node <node>', 'only of this node, host:port')
    .action((wanted: string, _flags, command: Command) =>
      runClusterAction<QueriesFlags>(terminal, command, (call) =>
        call.flags.running
          ? listRunning(terminal, call, wanted)
          : listQueries(terminal, call, wanted),
      ),
    );
}

type Call = ClusterCall<QueriesFlags>;

async function listQueries(
  terminal: Terminal,
  { flags, find, get }: Call,
  wanted: string,
): Promise<void> {
  const nowMs = Date.now();
  const { by, sort, limit, user, table, kind, code, text, node } = flags;
  const asked = {
    from: parseTimeArgument('--from', flags.from, nowMs),
    to: parseTimeArgument('--to', flags.to, nowMs),
    ...{ by, sort, limit, user, table, kind, code, text, node },
  };
  const given = Object.entries(asked).filter(([, value]) => value !== undefined) as [
    string,
    string,
  ][];
  const data = await get<QueriesData>(
    clusterPath(await find(wanted), `/queries?${new URLSearchParams(given)}`),
  );
  if (flags.json) return terminal.out(JSON.stringify(data));
  for (const each of data.nodes) printNode(terminal, each);
  if (data.empty) {
    terminal.err(data.empty.message);
    if (data.empty.grant) terminal.err(data.empty.grant);
    return;
  }
  printTable(
    terminal,
    ['runs', 'failed', 'total', 'p50', 'p95', 'p99', 'rows read', 'memory', by],
    data.groups.map((group) => [
      group.runs,
      group.failed,
      milliseconds(group.totalMs),
      milliseconds(group.p50Ms),
      milliseconds(group.p95Ms),
      milliseconds(group.p99Ms),
      group.readRows,
      megabytes(group.memoryBytes),
      by === 'fingerprint' ? group.shape : group.key,
    ]),
  );
}

/** What the numbers leave out. */
function printNode(terminal: Terminal, { node, ok, detail, countedFrom }: AskedNode): void {
  if (!ok) terminal.err(`${node} is not counted: ${detail ?? 'it did not answer'}`);
  if (countedFrom) terminal.err(`${node} is counted from ${countedFrom} on: its log is too large`);
}

async function listRunning(
  terminal: Terminal,
  { flags, find, get }: Call,
  wanted: string,
): Promise<void> {
  const data = await get<RunningData>(clusterPath(await find(wanted), '/queries/running'));
  if (flags.json) return terminal.out(JSON.stringify(data));
  for (const { node, ok, detail } of data.nodes)
    if (!ok) terminal.err(`${node} was not asked: ${detail ?? 'it did not answer'}`);
  if (data.queries.length === 0) return terminal.err('Nothing runs.');
  printTable(
    terminal,
    ['elapsed', 'node', 'user', 'rows read', 'memory', 'query id', 'query'],
    data.queries.map((query) => [
      milliseconds(query.elapsedMs),
      query.node,
      query.user,
      query.readRows,
      megabytes(query.memoryBytes),
      query.queryId,
      query.shape,
    ]),
  );
}

const milliseconds = (ms: number | null): string => (ms === null ? '' : `${Math.round(ms)} ms`);
const megabytes = (bytes: number | null): string =>
  bytes === null ? '' : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
