import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isCollection, LineCounter, type Node, parseDocument } from 'yaml';
import { err, ok, type Result } from '../../base/result.ts';
import { checks } from '../../core/health/index.ts';
import type { ConfigProblem } from '../../model/config/config-problem.ts';
import type { ClusterSettings, TlsSettings } from '../../model/fleet/cluster.ts';
import { ClustersFile, type FileCluster } from '../../model/fleet/clusters-file.ts';
import type { Mark } from '../../model/fleet/fleet-api.ts';

/** A cluster as the file has it, secrets read from where it says. */
export interface DeclaredCluster {
  readonly id: string;
  readonly paused: boolean;
  /** What is meant to be so. */
  readonly intended: readonly Mark[];
  readonly settings: ClusterSettings;
}

type Env = Readonly<Record<string, string | undefined>>;
type Read = (key: string, path: string) => string | undefined;
type Complain = (key: string | readonly PropertyKey[], message: string) => void;

/**
 * Reads the clusters of a YAML file. All problems are reported at once, each with its line.
 * Files that it names are looked for beside it.
 */
export function readClustersFile(
  path: string,
  env: Env,
): Result<readonly DeclaredCluster[], readonly ConfigProblem[]> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    return err([{ place: placeOf(path, '', 1, 1), message: `cannot be read: ${reason}` }]);
  }
  return parseClustersFile(path, text, env);
}

const placeOf = (path: string, key: string, line: number, column: number) =>
  ({ kind: 'file', path, key, line, column }) as const;

function parseClustersFile(
  path: string,
  text: string,
  env: Env,
): Result<readonly DeclaredCluster[], readonly ConfigProblem[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems: ConfigProblem[] = [];
  const add = (keys: readonly PropertyKey[], message: string, hint?: string) => {
    const { line, col } = lines.linePos(offsetOf(document.contents, keys));
    const place = placeOf(path, renderKeys(keys), Math.max(1, line), Math.max(1, col));
    problems.push({ place, message, ...(hint ? { hint } : {}) });
  };
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    problems.push({ place: placeOf(path, '', line, col), message: error.message });
  }
  if (problems.length > 0) return err(problems);
  const parsed = ClustersFile.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    for (const issue of parsed.error.issues)
      if (issue.code === 'unrecognized_keys')
        for (const key of issue.keys) add([...issue.path, key], 'unknown key');
      else add(issue.path, issue.message);
    return err(problems);
  }
  const declared = parsed.data.clusters.map((cluster, at) => {
    const complain: Complain = (key, message) =>
      add(['clusters', at, ...(typeof key === 'string' ? [key] : key)], message);
    return resolveCluster(cluster, env, fileReader(path, complain), complain);
  });
  for (const [at, { id, settings }] of declared.entries()) {
    const earlier = declared.slice(0, at);
    if (earlier.some((each) => each.id === id || each.settings.name === settings.name))
      add(
        ['clusters', at, 'name'],
        `there is an earlier cluster with the name or id of "${settings.name}"`,
      );
  }
  return problems.length > 0 ? err(problems) : ok(declared);
}

const renderKeys = (keys: readonly PropertyKey[]): string =>
  keys
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .slice(1);

/** Where the deepest of `keys` that exists begins. */
function offsetOf(root: Node | null, keys: readonly PropertyKey[]): number {
  let at = root;
  for (const key of keys) {
    const next: unknown = isCollection(at) ? at.get(key, true) : undefined;
    if (!next || !(next as Node).range) break;
    at = next as Node;
  }
  return at?.range?.[0] ?? 0;
}

/** Reads a file that a key names, or says at that key why it cannot. */
const fileReader =
  (path: string, complain: Complain): Read =>
  (key, name) => {
    try {
      return readFileSync(resolve(dirname(path), name), 'utf8').replace(/\r?\n$/, '');
    } catch (cause) {
      complain(key, `"${name}" cannot be read: ${(cause as NodeJS.ErrnoException).code ?? cause}`);
      return undefined;
    }
  };

function resolveCluster(
  cluster: FileCluster,
  env: Env,
  read: Read,
  complain: Complain,
): DeclaredCluster {
  const { id, paused, intended, passwordEnv, passwordFile, tls, ...settings } = cluster;
  for (const [at, { check }] of intended.entries())
    if (!checks.some((each) => each.id === check))
      complain(
        ['intended', at, 'check'],
        `there is no check "${check}"; docs/checks.md lists them`,
      );
  if (passwordEnv && env[passwordEnv] === undefined)
    complain('passwordEnv', `the variable ${passwordEnv} is not set`);
  const password =
    (passwordEnv && env[passwordEnv]) ||
    (passwordFile && read('passwordFile', passwordFile)) ||
    settings.password;
  return {
    id: id ?? slugOf(settings.name),
    paused,
    intended: intended.map(({ check, note, ...subject }) => ({
      check,
      subject,
      kind: 'intended',
      ...(note === undefined ? {} : { note }),
    })),
    settings: { ...settings, password, ...(tls ? { tls: resolveTls(tls, read) } : {}) },
  };
}

function resolveTls(tls: NonNullable<FileCluster['tls']>, read: Read): TlsSettings {
  const { caFile, certificateFile, keyFile, ...given } = tls;
  const ca = caFile ? read('tls', caFile) : given.ca;
  const certificate = certificateFile ? read('tls', certificateFile) : given.certificate;
  const key = keyFile ? read('tls', keyFile) : given.key;
  return {
    ...given,
    ...(ca ? { ca } : {}),
    ...(certificate ? { certificate } : {}),
    ...(key ? { key } : {}),
  };
}

/** An id that stays the same for a name. */
const slugOf = (name: string): string =>
  `file-${
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'cluster'
  }`;
