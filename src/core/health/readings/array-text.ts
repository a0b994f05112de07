/**
 * The elements of an array as ClickHouse's `toString` writes it: `['a','b\'c']`, `[1,2]`. Undefined
 * where the text is something else, nested arrays included.
 */
export function parseArrayText(text: string): string[] | undefined {
  if (!text.startsWith('[') || !text.endsWith(']')) return undefined;
  const inner = text.slice(1, -1);
  if (inner === '') return [];
  const element = /(?:'([^'\\]*(?:\\[\s\S][^'\\]*)*)'|([^',[\]]+))(,|$)/y;
  const found: string[] = [];
  for (;;) {
    const match = element.exec(inner);
    if (!match) return undefined;
    found.push(match[1] === undefined ? match[2]! : unescaped(match[1]));
    if (match[3] === '') return element.lastIndex === inner.length ? found : undefined;
  }
}

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  0: '\0',
};
const unescaped = (text: string): string =>
  text.replaceAll(/\\([\s\S])/g, (_, each: string) => escapes[each] ?? each);
