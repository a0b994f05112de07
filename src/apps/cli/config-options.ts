import { type Command, Option } from 'commander';
import { readConfigFile } from '../../adapters/config/read-config-file.ts';
import { err, type Result } from '../../base/result.ts';
import {
  type CastellanConfig,
  CastellanSettings,
  resolveCastellanConfig,
} from '../../model/config/castellan-config.ts';
import type { ConfigProblem } from '../../model/config/config-problem.ts';
import type { Effective } from '../../model/config/resolve-config.ts';
import { metaOf, type SettingMeta } from '../../model/config/setting.ts';
import type { Terminal } from './terminal.ts';

function optionOf(meta: SettingMeta & { flag: string }): Option {
  const isSwitch = meta.unit === 'yes|no';
  const value = isSwitch ? '[on|off]' : `<${meta.unit}>`;
  const standard = meta.default || meta.defaultText || 'unset';
  const option = new Option(`${meta.flag} ${value}`, `${meta.doc} (${meta.env[0]}; ${standard})`);
  option.helpGroup(`${meta.group}:`);
  return isSwitch ? option.preset('on') : option;
}

/** Adds a flag for each setting that has one, and `--config`. What is unknown is judged later. */
export function addConfigOptions(command: Command): Command {
  command
    .option('--config <file>', 'YAML file of settings (CASTELLAN_CONFIG)')
    .allowUnknownOption()
    .allowExcessArguments();
  for (const schema of Object.values(CastellanSettings.shape)) {
    const meta = metaOf(schema);
    if (meta.flag) command.addOption(optionOf({ ...meta, flag: meta.flag }));
  }
  return command;
}

/** The flags that a person gave, and the words that commander knew nothing of. */
function givenFlags(command: Command, own: readonly string[]): { name: string; value: string }[] {
  const known = command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .filter((option) => option.long && !own.includes(option.long))
    .map((option) => ({
      name: option.long!,
      value: String(command.getOptionValue(option.attributeName())),
    }));
  const words = command.args.slice(command.registeredArguments.length);
  const unknown = words
    .filter((word, at) => word.startsWith('-') || !words[at - 1]?.startsWith('-'))
    .map((word) => ({ name: word.split('=', 1)[0]!, value: '' }));
  return [...known, ...unknown];
}

/** The configuration that flags, environment and file make. `own`: flags that are no settings. */
export function readConfig(
  command: Command,
  terminal: Terminal,
  own: readonly string[] = [],
): Result<Effective<CastellanConfig>, readonly ConfigProblem[]> {
  const path = (command.opts().config as string | undefined) ?? terminal.env.CASTELLAN_CONFIG;
  return resolveCastellanConfig({
    flags: givenFlags(command, ['--config', ...own]),
    env: terminal.env,
    ...(path ? { file: readConfigFile(path) } : {}),
  });
}

/** Likewise, with the file of clusters that it names: nothing starts where that does not hold. */
export async function readWholeConfig(
  command: Command,
  terminal: Terminal,
  own: readonly string[] = [],
): Promise<Result<Effective<CastellanConfig>, readonly ConfigProblem[]>> {
  const resolved = readConfig(command, terminal, own);
  const path = resolved.ok ? resolved.value.values.clustersFile : undefined;
  if (!path) return resolved;
  const { readClustersFile } = await import('../../adapters/config/read-clusters-file.ts');
  const clusters = readClustersFile(path, terminal.env);
  return clusters.ok ? resolved : err(clusters.error);
}
