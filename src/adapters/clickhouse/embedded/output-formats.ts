/**
 * Formats whose pieces can be sent as they come: no header, no footer, no separator that another
 * piece would repeat. (Checked on the engine by a test.) All others are sent in one piece.
 */
const streamable = new Set([
  'native',
  'rowbinary',
  'csv',
  'tsv',
  'tsvraw',
  'tabseparated',
  'tabseparatedraw',
  'raw',
  'jsoneachrow',
  'jsonlines',
  'ndjson',
  'prettyjsoneachrow',
  'prettyjsonlines',
  'prettyndjson',
  'jsoncompacteachrow',
  'jsonstringseachrow',
  'jsoncompactstringseachrow',
  'tskv',
  'lineasstring',
  'rawblob',
  'msgpack',
  'bsoneachrow',
]);

const contentTypes: readonly (readonly [pattern: RegExp, type: string])[] = [
  [/^(JSONEachRow|JSONLines|NDJSON|JSON.*EachRow.*|Pretty(JSON|ND).*)$/i, 'application/x-ndjson; charset=UTF-8'],
  [/^JSON/i, 'application/json; charset=UTF-8'],
  [/^CSV/i, 'text/csv; charset=UTF-8; header=absent'],
  [/^(TSV|TabSeparated|TSKV|Raw$)/i, 'text/tab-separated-values; charset=UTF-8'],
  [/^XML$/i, 'application/xml; charset=UTF-8'],
  [/^Markdown$/i, 'text/markdown; charset=UTF-8'],
  [/^(Native|RowBinary|Parquet|Arrow|ORC|Avro|MsgPack|BSON|Npy|RawBLOB)/i, 'application/octet-stream'],
]; // biome-ignore format: a table

export const isStreamable = (format: string): boolean => streamable.has(format.toLowerCase());

export function contentType(format: string): string {
  const type =
    contentTypes.find(([pattern]) => pattern.test(format))?.[1] ?? 'text/plain; charset=UTF-8';
  return /WithNames/i.test(format) ? type.replace('header=absent', 'header=present') : type;
}
