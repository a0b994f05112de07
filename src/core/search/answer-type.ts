/** A ClickHouse type as `name(members)`: only what the form of an answer depends on. */
export interface AnswerType {
  readonly name: string;
  readonly members: readonly AnswerMember[];
}

/** An element of a Tuple, Array, Map …; labelled in `Tuple(a String)` and Nested. */
interface AnswerMember {
  readonly label: string | undefined;
  readonly type: AnswerType;
}

const containers = new Set([
  'Array',
  'LowCardinality',
  'Map',
  'Nested',
  'Nullable',
  'SimpleAggregateFunction',
  'Tuple',
  'Variant',
]);

/**
 * Parses a type as ClickHouse writes it: `Map(LowCardinality(String), Array(DateTime64(9)))`,
 * ``Tuple(`a b` String, UInt8)``. What it does not understand becomes a type without members.
 */
export function parseAnswerType(text: string): AnswerType {
  const trimmed = text.trim();
  const open = trimmed.indexOf('(');
  if (open < 0 || !trimmed.endsWith(')')) return { name: trimmed, members: [] };
  const name = trimmed.slice(0, open);
  if (!containers.has(name)) return { name, members: [] };
  const parts = splitArguments(trimmed.slice(open + 1, -1));
  // The first argument of SimpleAggregateFunction is the function's name.
  const typed = name === 'SimpleAggregateFunction' ? parts.slice(1) : parts;
  return { name, members: typed.map(parseMember) };
}

/** `name Type`, where the name may be quoted, or `Type`. */
function parseMember(text: string): AnswerMember {
  const match = /^(`(?:[^`\\]|\\.|``)*`|[A-Za-z_][\w.]*)\s+(.+)$/s.exec(text);
  if (!match) return { label: undefined, type: parseAnswerType(text) };
  const label = match[1] as string;
  const plain = label.startsWith('`')
    ? label.slice(1, -1).replaceAll('``', '`').replace(/\\(.)/gs, '$1')
    : label;
  return { label: plain, type: parseAnswerType(match[2] as string) };
}

/** At commas outside of parentheses and quotes. */
function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i] as string;
    if (quote) {
      if (letter === '\\') i++;
      else if (letter === quote) quote = '';
    } else if (letter === "'" || letter === '`') quote = letter;
    else if (letter === '(') depth++;
    else if (letter === ')') depth--;
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)].map((part) => part.trim()).filter(Boolean);
}
