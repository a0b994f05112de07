import type { Language } from '../../api/shapes.ts';

/** A condition on one field that a click adds to the query. */
export interface Clause {
  readonly field: string;
  readonly value: string;
  readonly exclude: boolean;
}

/** Characters that end a field name in Lucene, or mean something there. */
const luceneSpecial = /[\\:\s{}()"^~[\]]/g;

const luceneClause = ({ field, value, exclude }: Clause): string => {
  const name = field.replace(luceneSpecial, '\\$&');
  const quoted = value.replace(/[\\"]/g, '\\$&');
  return `${exclude ? '-' : ''}${name}:"${quoted}"`;
};

const sqlText = (value: string): string => `'${value.replace(/[\\']/g, '\\$&')}'`;
const sqlName = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name.replace(/[\\`]/g, '\\$&')}\``;

/** Map columns; `Column.key` of these is `Column['key']` in SQL. */
const mapColumns = ['LogAttributes', 'ResourceAttributes', 'ScopeAttributes', 'SpanAttributes'];

/** A field as SQL names it. */
export function sqlField(field: string): string {
  const map = mapColumns.find((column) => field.startsWith(`${column}.`));
  if (map === undefined) return sqlName(field);
  return `${map}[${sqlText(field.slice(map.length + 1))}]`;
}

const sqlClause = ({ field, value, exclude }: Clause): string =>
  `${sqlField(field)} ${exclude ? '!=' : '='} ${sqlText(value)}`;

export const renderClause = (clause: Clause, language: Language): string =>
  language === 'lucene' ? luceneClause(clause) : sqlClause(clause);

/** True when the text outside quotes has an OR, which would swallow a further condition. */
function hasOr(where: string, language: Language): boolean {
  const bare = where.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '');
  return language === 'lucene' ? /\bOR\b|\|\|/.test(bare) : /\bor\b/i.test(bare);
}

const joint = (language: Language): string => (language === 'lucene' ? ' ' : ' AND ');

/** Where in the query the clause stands as a condition of its own; -1 where it does not. */
function indexOfClause(where: string, clause: string, language: Language): number {
  const between = joint(language);
  for (let at = where.indexOf(clause); at >= 0; at = where.indexOf(clause, at + 1)) {
    const before = where.slice(0, at);
    const after = where.slice(at + clause.length);
    const starts = before === '' || before.endsWith(between);
    if (starts && (after === '' || after.startsWith(between)) && isOutside(before)) return at;
  }
  return -1;
}

/** Neither inside a quoted text nor inside parentheses. */
function isOutside(before: string): boolean {
  const bare = before.replace(/\\.|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '');
  return !/["']/.test(bare) && bare.split('(').length === bare.split(')').length;
}

export const hasClause = (where: string, clause: Clause, language: Language): boolean =>
  indexOfClause(where, renderClause(clause, language), language) >= 0;

function removeClause(where: string, text: string, language: Language): string {
  const at = indexOfClause(where, text, language);
  if (at < 0) return where;
  const between = joint(language);
  const before = where.slice(0, at);
  const after = where.slice(at + text.length);
  if (before !== '') return before.slice(0, -between.length) + after;
  return after.slice(between.length);
}

/**
 * The query with the condition added, or removed where it is there already. Its opposite goes, so
 * that a click on "exclude" after "include" does what it says.
 */
export function toggleClause(where: string, clause: Clause, language: Language): string {
  const text = renderClause(clause, language);
  if (hasClause(where, clause, language)) return removeClause(where, text, language);
  const opposite = renderClause({ ...clause, exclude: !clause.exclude }, language);
  const kept = removeClause(where.trim(), opposite, language);
  if (kept === '') return text;
  const guarded = hasOr(kept, language) ? `(${kept})` : kept;
  return `${guarded}${joint(language)}${text}`;
}
