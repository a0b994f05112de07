/** An identifier of ClickHouse's SQL, always quoted. */
export const sqlName = (name: string): string =>
  `\`${name.replace(/[\\`]/g, '\\$&').replaceAll('\0', '\\0')}\``;

/** A string literal of ClickHouse's SQL. */
export const sqlString = (text: string): string =>
  `'${text.replace(/[\\']/g, '\\$&').replaceAll('\0', '\\0')}'`;

/** `database.table`, both quoted. */
export const sqlTable = (table: { readonly database: string; readonly name: string }): string =>
  `${sqlName(table.database)}.${sqlName(table.name)}`;
