import type { z } from 'zod';
import { err, ok, type Result } from '../../base/result.ts';
import { closestName } from './closest-name.ts';
import type { ConfigProblem, Place } from './config-problem.ts';
import { metaOf, type SettingMeta } from './setting.ts';

/** A value of the configuration file, with the path of its keys and where it stands. */
export interface FileEntry {
  readonly key: string;
  readonly value: unknown;
  readonly line: number;
  readonly column: number;
}

/** A read configuration file. `problems` are those of reading it: YAML that does not parse. */
export interface ConfigFile {
  readonly path: string;
  readonly entries: readonly FileEntry[];
  readonly problems: readonly ConfigProblem[];
}

/** Everything that a configuration is made from. */
export interface ConfigSources {
  readonly flags: readonly { readonly name: string; readonly value: string }[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file?: ConfigFile | undefined;
  /** Variables that begin with CASTELLAN_ and are read elsewhere. */
  readonly otherEnv?: readonly string[];
}

/** A setting, what it is set to and by whom. */
export interface EffectiveSetting {
  readonly field: string;
  readonly meta: SettingMeta;
  /** As it was written; undefined = unset. Secrets are in here: print `shown`. */
  readonly raw: unknown;
  /** Fit for printing. */
  readonly shown: string;
  readonly place: Place;
}

/** A configuration that holds. */
export interface Effective<T> {
  readonly values: T;
  readonly settings: readonly EffectiveSetting[];
  readonly warnings: readonly ConfigProblem[];
}

/** Hides a secret: all of it, or the credentials inside a URL. */
export function maskSecret(raw: unknown, secret: SettingMeta['secret']): string {
  const written = Array.isArray(raw) ? raw.join(', ') : String(raw);
  if (secret === 'value') return '********';
  if (secret !== 'url') return written;
  return written
    .replace(/^([a-z]+:\/\/[^:@/?#]*:)[^?#]*@/i, '$1********@')
    .replace(/([?&][^=&]*(?:password|secret|token|key)[^=&]*=)[^&#]*/gi, '$1********');
}

interface Given {
  readonly raw: unknown;
  readonly place: Place;
}

const blank = (value: unknown) => value === undefined || value === null || value === '';

/** What a setting was given, the strongest source first, and aliases that were passed over. */
function findGiven(meta: SettingMeta, sources: ConfigSources, warnings: ConfigProblem[]): Given {
  const flag = sources.flags.findLast((each) => each.name === meta.flag);
  if (flag) return { raw: flag.value, place: { kind: 'flag', name: flag.name } };
  const [name, ...others] = meta.env.filter((each) => !blank(sources.env[each]));
  if (name !== undefined) {
    for (const other of others)
      if (sources.env[other] !== sources.env[name])
        warnings.push({
          place: { kind: 'environment', name: other },
          message: `is not used, because ${name} is set too`,
        });
    return { raw: sources.env[name], place: { kind: 'environment', name } };
  }
  const entry = sources.file?.entries.findLast((each) => each.key === meta.key);
  if (entry && sources.file && !blank(entry.value))
    return { raw: entry.value, place: filePlace(sources.file, entry) };
  return { raw: meta.default, place: { kind: 'default' } };
}

const filePlace = (file: ConfigFile, entry: FileEntry): Place => ({
  kind: 'file',
  path: file.path,
  key: entry.key,
  line: entry.line,
  column: entry.column,
});

const suggest = (given: string, names: readonly string[]): { hint?: string } => {
  const name = closestName(given, names);
  return name === undefined ? {} : { hint: `Did you mean ${name}?` };
};

/** Flags and keys of the file that no setting has. */
function findUnknown(metas: readonly SettingMeta[], sources: ConfigSources): ConfigProblem[] {
  const flags = metas.flatMap((meta) => (meta.flag ? [meta.flag] : []));
  const keys = metas.map((meta) => meta.key);
  const unknownFlags = sources.flags
    .filter((flag) => !flags.includes(flag.name))
    .map((flag) => ({
      place: { kind: 'flag', name: flag.name } as const,
      message: flag.name.startsWith('-') ? 'unknown flag' : 'unexpected argument',
      ...secretFlagHint(flag.name, metas, flags),
    }));
  const { file } = sources;
  const unknownKeys = (file?.entries ?? [])
    .filter((entry) => !keys.includes(entry.key))
    .map((entry) => ({
      place: filePlace(file as ConfigFile, entry),
      message: keys.some((key) => key.startsWith(`${entry.key}.`))
        ? 'expected a map of settings'
        : 'unknown key',
      ...suggest(entry.key, keys),
    }));
  return [...unknownFlags, ...unknownKeys];
}

function secretFlagHint(name: string, metas: readonly SettingMeta[], flags: readonly string[]) {
  const wanted = name.replace(/^-+/, '').replaceAll('-', '').toLowerCase();
  const secret = metas.find(
    (meta) => !meta.flag && meta.key.replaceAll('.', '').toLowerCase() === wanted,
  );
  if (!secret) return suggest(name, flags);
  return {
    hint: `A flag would show it in the list of processes; set ${secret.env[0]} or ${secret.key} in the file.`,
  };
}

function findUnknownEnv(metas: readonly SettingMeta[], sources: ConfigSources): ConfigProblem[] {
  const names = metas.flatMap((meta) => meta.env);
  return Object.keys(sources.env)
    .filter((name) => name.startsWith('CASTELLAN_') && !blank(sources.env[name]))
    .filter((name) => !names.includes(name) && !sources.otherEnv?.includes(name))
    .map((name) => ({
      place: { kind: 'environment', name } as const,
      message: 'is not a setting and is ignored',
      ...suggest(name, names),
    }));
}

/**
 * Finds the value of every setting of `schema`: flag before environment before file before
 * default. An empty variable counts as unset. All problems are returned at once, each with its
 * place; with one of them nothing may start.
 */
export function resolveConfig<S extends z.ZodObject>(
  schema: S,
  sources: ConfigSources,
): Result<Effective<z.output<S>>, readonly ConfigProblem[]> {
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
  const metas = fields.map(([, each]) => metaOf(each));
  const warnings = findUnknownEnv(metas, sources);
  const problems = [...(sources.file?.problems ?? []), ...findUnknown(metas, sources)];
  const values: Record<string, unknown> = {};
  const settings: EffectiveSetting[] = [];
  for (const [field, each] of fields) {
    const meta = metaOf(each);
    const { raw, place } = findGiven(meta, sources, warnings);
    const parsed = each.safeParse(raw);
    if (parsed.success) values[field] = parsed.data;
    else
      for (const issue of parsed.error.issues)
        problems.push({ place, message: issueText(issue.message, meta), ...hintFor(meta, place) });
    const shown = blank(raw) ? (meta.defaultText ?? 'unset') : maskSecret(raw, meta.secret);
    settings.push({ field, meta, raw, shown, place });
  }
  if (problems.length > 0) return err(problems);
  return ok({ values: values as z.output<S>, settings, warnings });
}

const issueText = (message: string, meta: SettingMeta) =>
  meta.secret ? message.replace(/, got .*$/s, '') : message;

/** Kubernetes describes services to pods in variables such as PORT-like `tcp://10.0.0.1:3000`. */
function hintFor(meta: SettingMeta, place: Place): { hint?: string } {
  if (meta.unit === 'port' && place.kind === 'environment')
    return {
      hint: `If the environment sets it for another purpose (Kubernetes does for a service of that name), use ${meta.flag} or ${meta.key} in the file, and unset it.`,
    };
  return {};
}
