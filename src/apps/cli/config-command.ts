import { Command } from 'commander';
import { CastellanSettings } from '../../model/config/castellan-config.ts';
import { ClientSettings } from '../../model/config/client-settings.ts';
import { renderConfigurationPage } from '../../model/config/config-markdown.ts';
import {
  type ConfigProblem,
  renderPlace,
  renderProblem,
} from '../../model/config/config-problem.ts';
import { addConfigOptions, readWholeConfig } from './config-options.ts';
import { exitCode } from './exit-code.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

/** Tells a person everything that is wrong with the configuration. */
export function printProblems(terminal: Terminal, problems: readonly ConfigProblem[]): void {
  const { errColors: colors } = terminal;
  terminal.err(`${colors.red('error:')} the configuration does not hold:`);
  for (const problem of problems) terminal.err(`  ${renderProblem(problem)}`);
  terminal.err(`${colors.cyan('hint:')} castellan up --help lists all settings.`);
}

function printWarnings(terminal: Terminal, warnings: readonly ConfigProblem[]): void {
  for (const warning of warnings)
    terminal.err(`${terminal.errColors.yellow('warning:')} ${renderProblem(warning)}`);
}

/** `castellan config`: what `up` would use, and who says so. */
export const configCommand = (terminal: Terminal): Command =>
  addConfigOptions(
    new Command('config')
      .summary('print each setting and where it comes from')
      .description(
        'Prints each setting that castellan up would use and where it comes from, secrets masked, and says what does not hold, in the file of clusters too. Takes the flags of up.',
      )
      .option('--json', 'one JSON object a line instead of a table')
      .option('--markdown', 'print docs/configuration.md'),
  ).action(async (flags: { json?: boolean; markdown?: boolean }, command: Command) => {
    if (flags.markdown) {
      terminal.out(renderConfigurationPage(CastellanSettings, ClientSettings).trimEnd());
      return;
    }
    const resolved = await readWholeConfig(command, terminal, ['--json', '--markdown']);
    if (!resolved.ok) {
      printProblems(terminal, resolved.error);
      terminal.exitCode = exitCode.usage;
      return;
    }
    const { settings, warnings } = resolved.value;
    printWarnings(terminal, warnings);
    if (flags.json) {
      for (const each of settings)
        terminal.out(
          JSON.stringify({
            name: each.meta.env[0],
            value: each.raw === undefined ? null : each.shown,
            source: each.place.kind,
            place: renderPlace(each.place),
          }),
        );
      return;
    }
    printTable(
      terminal,
      ['setting', 'from', 'value'],
      settings.map((each) => [each.meta.env[0], renderPlace(each.place), each.shown]),
    );
  });
