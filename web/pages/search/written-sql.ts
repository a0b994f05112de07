/**
 * A compiled condition with its values written out, so that a person can go on from it in SQL.
 * The compiler's own text holds placeholders only where it means them: nothing of a query is in it.
 */
export const writtenSql = (sql: string, params: Readonly<Record<string, unknown>>): string =>
  sql.replaceAll(/\{(\w+):([^{}]+)\}/g, (placeholder, name: string, type: string) => {
    const value = params[name];
    return typeof value === 'string' ? literal(value, type) : placeholder;
  });

function literal(value: string, type: string): string {
  const text = `'${value.replace(/[\\']/g, '\\$&').replaceAll('\0', '\\0')}'`;
  if (type === 'String') return text;
  if (type === 'Int64' && /^-?\d{1,15}$/.test(value)) return value;
  return `CAST(${text} AS ${type})`;
}
