import { type Command, Option } from 'commander';
import { type Verdict, verdictOf } from '../../core/collection/verdict.ts';
import { type Finding, type Severity, severities } from '../../model/fleet/finding.ts';
import type { ClusterData } from '../../model/fleet/fleet-api.ts';
import {
  type ClusterCall,
  clusterArgument,
  clusterPath,
  runClusterAction,
} from './cluster-call.ts';
import { CommandFailure } from './command-failure.ts';
import { exitCode } from './exit-code.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

/** `findings`, `check`, `collect`, `grants`. */
export function addClusterHealth(clusters: Command, terminal: Terminal): void {
  addFindings(clusters, terminal);
  addCheck(clusters, terminal);
  clusters
    .command('collect')
    .description('read all of a cluster now, and wait for it')
    .argument(...clusterArgument)
    .action((wanted: string, _flags, command: Command) =>
      runClusterAction(terminal, command, async ({ flags, find, send }) => {
        const cluster = await send<ClusterData>(
          'POST',
          clusterPath(await find(wanted), '/collect'),
        );
        if (flags.json) terminal.out(JSON.stringify(cluster));
        else
          terminal.err(`${cluster.name}: ${cluster.status}, score ${cluster.score ?? 'unknown'}`);
      }),
    );
  clusters
    .command('grants')
    .description('print the SQL that makes a user for monitoring')
    .option('--username <name>', 'name of that user', 'castellan')
    .option('--xml', 'print a file for users.d instead, for servers without SQL-driven access')
    .action((_flags, command: Command) =>
      runClusterAction<{ username: string; xml?: boolean }>(
        terminal,
        command,
        async ({ flags, get }) => {
          const query = new URLSearchParams({ username: flags.username });
          const data = await get<{ sql: string; usersXml: string }>(`/clusters/grants?${query}`);
          if (flags.json) terminal.out(JSON.stringify(data));
          else terminal.out((flags.xml ? data.usersXml : data.sql).trimEnd());
        },
      ),
    );
}

function addFindings(clusters: Command, terminal: Terminal): void {
  clusters
    .command('findings')
    .description('list what is wrong with a cluster')
    .argument(...clusterArgument)
    .option(
      '--outcome <outcomes>',
      'only these, separated by commas: critical, warning, info, unknown',
    )
    .option('--fixes', 'print the statement that mends each, with its risk')
    .action((wanted: string, _flags, command: Command) =>
      runClusterAction<{ outcome?: string; fixes?: boolean }>(terminal, command, async (call) => {
        const { flags, find, get } = call;
        const query = flags.outcome ? `?${new URLSearchParams({ outcome: flags.outcome })}` : '';
        const { findings } = await get<{ findings: Finding[] }>(
          clusterPath(await find(wanted), `/findings${query}`),
        );
        printFindings(terminal, call.flags, findings);
      }),
    );
}

function printFindings(
  terminal: Terminal,
  flags: { readonly json?: boolean; readonly fixes?: boolean },
  findings: readonly Finding[],
): void {
  if (flags.json) {
    for (const finding of findings) terminal.out(JSON.stringify(finding));
    return;
  }
  if (findings.length === 0) {
    terminal.err('There are no findings.');
    return;
  }
  printTable(
    terminal,
    ['severity', 'check', 'since', 'message'],
    findings.map((each) => [
      each.outcome === 'unknown' ? 'unknown' : each.severity,
      each.check,
      each.firstSeen.replace('T', ' ').slice(0, 19),
      each.message,
    ]),
  );
  if (!flags.fixes) return;
  for (const { title, fix } of findings) {
    if (!fix) continue;
    terminal.out(`\n-- ${title} (${fix.risk})${fix.note ? `: ${fix.note}` : ''}`);
    terminal.out(fix.sql);
  }
}

function addCheck(clusters: Command, terminal: Terminal): void {
  clusters
    .command('check')
    .description('say by the exit code whether clusters are well, for scripts and probes')
    .argument('[cluster...]', 'ids or names; all where none is given')
    .addOption(
      new Option('--fail-on <severity>', 'findings from which it fails')
        .choices(severities)
        .default('high'),
    )
    .action((wanted: string[], _flags, command: Command) =>
      runClusterAction<{ failOn: Severity }>(terminal, command, async (call) => {
        const chosen =
          wanted.length > 0
            ? await Promise.all(wanted.map(call.find))
            : (await call.get<{ clusters: ClusterData[] }>('/clusters')).clusters;
        const judged: Judged[] = [];
        for (const cluster of chosen.filter(({ paused }) => !paused))
          judged.push(await judge(call, cluster));
        if (judged.length === 0)
          throw new CommandFailure(exitCode.cannotTell, 'no cluster is watched', {
            hint: 'castellan clusters add adds one; castellan clusters resume goes on with one that is paused.',
          });
        printJudged(terminal, call.flags, judged);
        if (judged.some(({ verdict }) => verdict === 'cannot tell'))
          terminal.exitCode = exitCode.cannotTell;
        if (judged.some(({ verdict }) => verdict === 'findings'))
          terminal.exitCode = exitCode.findings;
      }),
    );
}

interface Judged extends Verdict {
  readonly cluster: ClusterData;
}

async function judge(
  { flags, get }: ClusterCall<{ failOn: Severity }>,
  cluster: ClusterData,
): Promise<Judged> {
  const { findings } = await get<{ findings: Finding[] }>(
    clusterPath(cluster, '/findings?outcome=critical,warning,info'),
  );
  return { cluster, ...verdictOf(cluster, findings, flags.failOn) };
}

function printJudged(
  terminal: Terminal,
  flags: { readonly json?: boolean },
  judged: readonly Judged[],
): void {
  if (flags.json) {
    for (const { cluster, verdict, findings } of judged) {
      const { id, name, status, score, grade, coverage } = cluster;
      terminal.out(JSON.stringify({ id, name, status, score, grade, coverage, verdict, findings }));
    }
    return;
  }
  printTable(
    terminal,
    ['cluster', 'verdict', 'status', 'score', 'worst finding'],
    judged.map(({ cluster, verdict, findings }) => [
      cluster.name,
      verdict,
      cluster.status,
      cluster.score ?? 'unknown',
      findings[0]?.message,
    ]),
  );
}
