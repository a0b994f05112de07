/** Clauses of a CREATE statement that begin a line. */
const clause =
  /^(ENGINE|PARTITION BY|PRIMARY KEY|ORDER BY|SAMPLE BY|TTL|SETTINGS|COMMENT|AS SELECT|LAYOUT|LIFETIME|SOURCE)\b/;

/**
 * The statement of a table as people write it: a column or a clause to a line. Servers give it on one
 * line. What stands in quotes or deeper in parentheses is left alone.
 */
export function breakDefinition(sql: string): string {
  if (sql.includes('\n')) return sql;
  let depth = 0;
  let quote = '';
  let lists = 0;
  let out = '';
  for (let i = 0; i < sql.length; i++) {
    const sign = sql[i]!;
    if (quote !== '') {
      out += sign;
      if (sign === '\\') out += sql[++i] ?? '';
      else if (sign === quote) quote = '';
      continue;
    }
    if (sign === "'" || sign === '`' || sign === '"') quote = sign;
    if (sign === '(') {
      depth += 1;
      // The first list is that of the columns.
      if (depth === 1) lists += 1;
    }
    if (sign === ')') depth -= 1;
    if (sign === ' ' && depth === 0 && clause.test(sql.slice(i + 1))) out += '\n';
    else if (sign === ')' && depth === 0 && lists === 1) out += '\n)';
    else out += sign;
    if (lists !== 1 || depth !== 1 || (sign !== '(' && sign !== ',')) continue;
    out += '\n    ';
    while (sql[i + 1] === ' ') i++;
  }
  return out;
}
