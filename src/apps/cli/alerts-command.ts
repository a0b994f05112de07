import { type Command, Option } from 'commander';
import type { Alert } from '../../model/alert/alert-api.ts';
import { type FindingSubject, type Severity, severities } from '../../model/fleet/finding.ts';
import { addAlertSilences } from './alert-silences.ts';
import { clientCommand } from './client-options.ts';
import { runClusterAction } from './cluster-call.ts';
import { exitCode } from './exit-code.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';
import { parseTimeArgument } from './time-argument.ts';

/** `castellan alerts`: what people are told of. */
export function alertsCommand(terminal: Terminal): Command {
  const alerts = clientCommand('alerts')
    .summary('see, acknowledge and silence alerts')
    .description('Shows alerts, and says that somebody looks after them or that they may wait.');
  addList(alerts, terminal);
  addShow(alerts, terminal);
  addAck(alerts, terminal);
  addAlertSilences(alerts, terminal);
  return alerts;
}

const alertArgument = ['<alert>', 'id of the alert, from castellan alerts list'] as const;

const alertPath = (id: string, call = ''): string => `/alerts/${encodeURIComponent(id)}${call}`;

const time = (at: string): string => at.replace('T', ' ').slice(0, 19);

function handledText({ acknowledged, silencedBy }: Alert): string {
  if (acknowledged) return `acknowledged by ${acknowledged.by}`;
  return silencedBy === undefined ? '' : 'silenced';
}

interface ListFlags {
  readonly state: string;
  readonly cluster?: string;
  readonly severity?: Severity;
  readonly words?: string;
  readonly from?: string;
  readonly limit: string;
  readonly failOn?: Severity;
}

function addList(alerts: Command, terminal: Terminal): void {
  alerts
    .command('list')
    .description('list alerts, newest first')
    .addOption(
      new Option('--state <state>', 'which: active ones are pending or firing')
        .choices(['active', 'pending', 'firing', 'resolved', 'all'])
        .default('active'),
    )
    .option('--cluster <cluster>', 'of this cluster only, by id or name')
    .addOption(new Option('--severity <severity>', 'of this severity only').choices(severities))
    .option('--words <words>', 'that have these words in title, messages or subject')
    .option('--from <time>', 'that were there since: 2h, or a time')
    .option('--limit <count>', 'at most so many', '1000')
    .addOption(
      new Option(
        '--fail-on <severity>',
        'end with 7 while one as severe fires that is neither acknowledged nor silenced',
      ).choices(severities),
    )
    .action((_flags, command: Command) =>
      runClusterAction<ListFlags>(terminal, command, async ({ flags, find, get }) => {
        const query = new URLSearchParams({ state: flags.state, limit: flags.limit });
        if (flags.cluster) query.set('cluster', (await find(flags.cluster)).id);
        if (flags.severity) query.set('severity', flags.severity);
        if (flags.words) query.set('q', flags.words);
        if (flags.from) query.set('from', parseTimeArgument('--from', flags.from, Date.now()));
        const { alerts: found } = await get<{ alerts: Alert[] }>(`/alerts?${query}`);
        printAlerts(terminal, flags, found);
        if (flags.failOn && found.some((each) => isUnheeded(each, flags.failOn!)))
          terminal.exitCode = exitCode.findings;
      }),
    );
}

const isUnheeded = ({ state, severity, acknowledged, silencedBy }: Alert, least: Severity) =>
  state === 'firing' &&
  severities.indexOf(severity) >= severities.indexOf(least) &&
  acknowledged === undefined &&
  silencedBy === undefined;

function printAlerts(
  terminal: Terminal,
  { json }: { readonly json?: boolean },
  alerts: readonly Alert[],
): void {
  if (json) {
    for (const alert of alerts) terminal.out(JSON.stringify(alert));
    return;
  }
  if (alerts.length === 0) {
    terminal.err('There are no alerts.');
    return;
  }
  printTable(
    terminal,
    ['id', 'state', 'severity', 'cluster', 'since', 'handled', 'title'],
    alerts.map((each) => [
      each.id,
      each.state,
      each.severity,
      each.cluster?.name,
      time(each.since),
      handledText(each),
      each.title,
    ]),
  );
}

function addShow(alerts: Command, terminal: Terminal): void {
  alerts
    .command('show')
    .description('show one alert with its findings and their fixes, also one that is over')
    .argument(...alertArgument)
    .action((id: string, _flags, command: Command) =>
      runClusterAction(terminal, command, async ({ flags, get }) => {
        const { alert } = await get<{ alert: Alert }>(alertPath(id));
        if (flags.json) terminal.out(JSON.stringify(alert));
        else printAlert(terminal, alert);
      }),
    );
}

const subjectText = (subject: FindingSubject): string => Object.values(subject).join(' ');

function printAlert(terminal: Terminal, alert: Alert): void {
  const { title, state, severity, cluster, since, resolvedAt, resolution, findings } = alert;
  terminal.out(`${title}: ${state}, ${severity}${cluster ? `, in ${cluster.name}` : ''}`);
  const over = resolvedAt === undefined ? '' : `, over since ${time(resolvedAt)}`;
  terminal.out(`since ${time(since)}${over}${resolution === undefined ? '' : `: ${resolution}`}`);
  const handled = handledText(alert);
  const note = alert.acknowledged?.note;
  if (handled !== '') terminal.out(note === undefined ? handled : `${handled}: ${note}`);
  printTable(
    terminal,
    ['severity', 'check', 'about', 'message'],
    findings.map((each) => [each.severity, each.check, subjectText(each.subject), each.message]),
  );
  if (alert.findingCount > findings.length)
    terminal.out(`and ${alert.findingCount - findings.length} more`);
  for (const { check, fix } of findings) {
    if (!fix) continue;
    terminal.out(`\n-- ${check} (${fix.risk})${fix.note ? `: ${fix.note}` : ''}`);
    terminal.out(fix.sql);
  }
}

function addAck(alerts: Command, terminal: Terminal): void {
  alerts
    .command('ack')
    .description('say that somebody looks after it: no more reminders, unless it gets worse')
    .argument(...alertArgument)
    .option('--by <name>', 'who does; $USER where it is not given')
    .option('--note <text>', 'what there is to say')
    .action((id: string, _flags, command: Command) =>
      runClusterAction<{ by?: string; note?: string }>(
        terminal,
        command,
        async ({ flags, send }) => {
          const { by = terminal.env.USER, note } = flags;
          const who = { ...(by ? { by } : {}), ...(note ? { note } : {}) };
          const { alert } = await send<{ alert: Alert }>('POST', alertPath(id, '/ack'), who);
          if (flags.json) terminal.out(JSON.stringify(alert));
          else terminal.err(`${alert.title}: ${handledText(alert)}.`);
        },
      ),
    );
}
