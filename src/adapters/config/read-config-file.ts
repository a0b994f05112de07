import { readFileSync } from 'node:fs';
import { isAlias, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { ConfigProblem } from '../../model/config/config-problem.ts';
import type { ConfigFile, FileEntry } from '../../model/config/resolve-config.ts';

const maxSizeBytes = 1_048_576;

/**
 * Reads a YAML configuration file into its values, each with its place. A file that cannot be read
 * or parsed is a problem in the result; nothing is thrown.
 */
export function readConfigFile(path: string): ConfigFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    return failed(path, 1, 1, `cannot be read: ${(cause as NodeJS.ErrnoException).code ?? cause}`);
  }
  if (text.length > maxSizeBytes)
    return failed(path, 1, 1, `is larger than ${maxSizeBytes} bytes, which no configuration is`);
  return parseConfigText(path, text);
}

function failed(path: string, line: number, column: number, message: string): ConfigFile {
  const place = { kind: 'file', path, key: '', line, column } as const;
  return { path, entries: [], problems: [{ place, message }] };
}

/** The same for text that was read already. */
export function parseConfigText(path: string, text: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problem = (offset: number, message: string): ConfigProblem => ({
    place: { kind: 'file', path, key: '', ...at(offset) },
    message,
  });
  if (document.errors.length > 0)
    return {
      path,
      entries: [],
      problems: document.errors.map((error) => problem(error.pos[0], error.message)),
    };
  const root = document.contents;
  if (root === null) return { path, entries: [], problems: [] };
  if (!isMap(root))
    return { path, entries: [], problems: [problem(0, 'expected a map of settings')] };

  const entries: FileEntry[] = [];
  const problems: ConfigProblem[] = [];
  const collect = (map: Node, prefix: string) => {
    if (!isMap(map)) return;
    for (const { key, value } of map.items) {
      const name = isScalar(key) ? String(key.value) : '';
      const place = at((key as Node).range?.[0] ?? 0);
      if (isAlias(value)) {
        problems.push(problem((key as Node).range?.[0] ?? 0, 'aliases are not supported'));
        continue;
      }
      if (isMap(value) && value.items.length > 0) collect(value, `${prefix}${name}.`);
      else
        entries.push({
          key: `${prefix}${name}`,
          value: (value as Node | null)?.toJS(document) ?? null,
          ...place,
        });
    }
  };
  collect(root, '');
  return { path, entries, problems };
}
