import { type Command, Option } from 'commander';
import type { Alert } from '../../model/alert/alert-api.ts';
import type { AlertMatch } from '../../model/alert/alert-match.ts';
import type { Silence } from '../../model/alert/silence-api.ts';
import { type FindingSubject, type Severity, severities } from '../../model/fleet/finding.ts';
import { type ClusterCall, runClusterAction } from './cluster-call.ts';
import { CommandFailure } from './command-failure.ts';
import { exitCode } from './exit-code.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

const time = (at: string): string => at.replace('T', ' ').slice(0, 19);

/** `silence`, `silences`, `unsilence`. */
export function addAlertSilences(alerts: Command, terminal: Terminal): void {
  addSilence(alerts, terminal);
  alerts
    .command('silences')
    .description('list silences, also those that are over')
    .action((_flags, command: Command) =>
      runClusterAction(terminal, command, async ({ flags, get }) => {
        const { silences } = await get<{ silences: Silence[] }>('/silences');
        if (flags.json) for (const silence of silences) terminal.out(JSON.stringify(silence));
        else printSilences(terminal, silences);
      }),
    );
  alerts
    .command('unsilence')
    .description('end a silence now')
    .argument('<silence>', 'id of the silence, from castellan alerts silences')
    .action((id: string, _flags, command: Command) =>
      runClusterAction(terminal, command, async ({ flags, send }) => {
        await send('DELETE', `/silences/${encodeURIComponent(id)}`);
        if (flags.json) terminal.out(JSON.stringify({ id }));
        else terminal.err('The silence is over.');
      }),
    );
}

interface SilenceFlags {
  readonly for: string;
  readonly cluster?: string;
  readonly check?: string;
  readonly node?: string;
  readonly database?: string;
  readonly table?: string;
  readonly minSeverity?: Severity;
  readonly by?: string;
  readonly comment?: string;
}

function addSilence(alerts: Command, terminal: Terminal): void {
  alerts
    .command('silence')
    .description(
      'keep alerts quiet for a while: what one alert is about, or all that fits the flags; they go on, and nobody is told',
    )
    .argument('[alert]', 'id of an alert, from castellan alerts list')
    .option('--for <duration>', 'how long: 30m, 2h, 1d', '2h')
    .option('--cluster <cluster>', 'of this cluster, by id or name')
    .option('--check <check>', 'of this check, or rule:ID; * stands for any text')
    .option('--node <node>', 'about this node; * stands for any text')
    .option('--database <database>', 'about this database; * stands for any text')
    .option('--table <table>', 'about this table; * stands for any text')
    .addOption(new Option('--min-severity <severity>', 'so severe, or worse').choices(severities))
    .option('--by <name>', 'who says so; $USER where it is not given')
    .option('--comment <text>', 'why')
    .action((id: string | undefined, _flags, command: Command) =>
      runClusterAction<SilenceFlags>(terminal, command, async (call) => {
        const by = call.flags.by ?? terminal.env.USER;
        const { comment } = call.flags;
        const { silence } = await call.send<{ silence: Silence }>('POST', '/silences', {
          match: id === undefined ? await flagMatch(call) : await alertMatch(call, id),
          duration: call.flags.for,
          ...(by ? { by } : {}),
          ...(comment ? { comment } : {}),
        });
        if (call.flags.json) return terminal.out(JSON.stringify(silence));
        terminal.out(silence.id);
        terminal.err(`Quiet until ${time(silence.endsAt)}: ${matchText(silence.match)}.`);
      }),
    );
}

/** What the flags say; at least one of them. */
async function flagMatch({ flags, find }: ClusterCall<SilenceFlags>): Promise<AlertMatch> {
  const { cluster, check, minSeverity, node, database, table } = flags;
  const subject = given({ node, database, table });
  const match = {
    ...given({ cluster: cluster && (await find(cluster)).id, check }),
    ...(minSeverity ? { minSeverity } : {}),
    ...(Object.keys(subject).length > 0 ? { subject } : {}),
  };
  if (Object.keys(match).length > 0) return match;
  throw new CommandFailure(exitCode.usage, 'say what is to be quiet: an alert, or flags', {
    hint: 'castellan alerts silence ID, or for example --cluster production --check replica-lag.',
  });
}

/** What an alert is about: its cause, which comes first among its findings. */
async function alertMatch(
  { flags, get }: ClusterCall<SilenceFlags>,
  id: string,
): Promise<AlertMatch> {
  const also = (['cluster', 'check', 'node', 'database', 'table', 'minSeverity'] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (also) throw new CommandFailure(exitCode.usage, `give either an alert or --${also}, not both`);
  const { alert } = await get<{ alert: Alert }>(`/alerts/${encodeURIComponent(id)}`);
  const [cause] = alert.findings;
  const subject = given(cause?.subject ?? {});
  return {
    ...given({ cluster: alert.cluster?.id, check: cause?.check }),
    ...(Object.keys(subject).length > 0 ? { subject } : {}),
  };
}

/** What is there, as text. */
const given = (
  parts: FindingSubject | Readonly<Record<string, string | undefined>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parts).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );

const matchText = ({ subject = {}, labels = {}, ...parts }: AlertMatch): string =>
  Object.entries({ ...parts, ...subject, ...labels })
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

function printSilences(terminal: Terminal, silences: readonly Silence[]): void {
  if (silences.length === 0) {
    terminal.err('There are no silences.');
    return;
  }
  printTable(
    terminal,
    ['id', 'state', 'from', 'to', 'by', 'fits', 'comment'],
    silences.map((each) => [
      each.id,
      each.state,
      time(each.startsAt),
      time(each.endsAt),
      each.by,
      matchText(each.match),
      each.comment,
    ]),
  );
}
