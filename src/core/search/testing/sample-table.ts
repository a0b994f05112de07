import type { SearchTable } from '../search-table.ts';
import type { TestEngine } from './engine.ts';
import { type SampleRow, sampleRows } from './sample-rows.ts';

const map = 'Map(LowCardinality(String), String)';

const structure: Readonly<Record<keyof SampleRow, string>> = {
  id: 'UInt32',
  Body: 'String',
  Other: 'String',
  ServiceName: 'LowCardinality(String)',
  SeverityNumber: 'UInt8',
  Duration: 'UInt64',
  Timestamp: 'DateTime64(9)',
  TraceId: 'String',
  LogAttributes: map,
  ResourceAttributes: map,
  Num: 'Map(String, Float64)',
  J: 'JSON',
  IsError: 'Bool',
  'Events.Name': 'Array(LowCardinality(String))',
  'Events.Attributes': `Array(${map})`,
};

const pod = '__hdx_materialized_k8s.pod.name';
const items = (source: string): string =>
  `arrayMap((k, v) -> concat(k, '=', v), mapKeys(${source}), mapValues(${source}))`;

/** The sample table as search sees it, with all its indexes. */
export const sampleTable: SearchTable = {
  name: 'sample',
  columns: [
    ...Object.entries(structure)
      .filter(([name]) => name !== 'id')
      .map(([name, type]) => ({ name, type, kind: 'stored' as const })),
    { name: pod, type: 'LowCardinality(String)', kind: 'materialized' },
    { name: 'LogAttributeItems', type: 'Array(String)', kind: 'alias' },
  ],
  implicitColumns: ['Body'],
  textIndexes: [
    { column: 'Body', expression: 'lowerUTF8(Body)', tokenizer: 'splitByNonAlpha' },
    { column: 'TraceId', expression: 'TraceId', tokenizer: 'array' },
    { column: 'LogAttributes', expression: items('LogAttributes'), tokenizer: 'array' },
  ],
  itemsOf: { LogAttributes: 'LogAttributeItems' },
  materializedKeys: { ResourceAttributes: { 'k8s.pod.name': pod } },
};

/** The same columns without indexes, items or materialized keys, on a server that lacks them. */
export const plainTable: SearchTable = {
  ...sampleTable,
  textIndexes: [],
  itemsOf: {},
  materializedKeys: {},
  engine: { hasPhrase: false, hasAllTokens: false },
};

/** Creates and fills `search.sample` (with indexes, many small granules) and `search.plain`. */
export function createSampleTables(engine: TestEngine): void {
  engine.execute('CREATE DATABASE search');
  const columns = Object.entries(structure).map(([name, type]) => `\`${name}\` ${type}`);
  const computed = [
    `\`${pod}\` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.pod.name']`,
    `LogAttributeItems Array(String) ALIAS ${items('LogAttributes')}`,
  ];
  const indexes = [
    'INDEX body lowerUTF8(Body) TYPE text(tokenizer = splitByNonAlpha)',
    'INDEX trace TraceId TYPE text(tokenizer = array)',
    'INDEX keys mapKeys(LogAttributes) TYPE text(tokenizer = array)',
    `INDEX items ${items('LogAttributes')} TYPE text(tokenizer = array)`,
  ];
  const storage = 'ENGINE = MergeTree ORDER BY id SETTINGS index_granularity = 4';
  engine.execute(
    `CREATE TABLE search.sample (${[...columns, ...computed, ...indexes]}) ${storage}`,
  );
  engine.execute(`CREATE TABLE search.plain (${[...columns, ...computed]}) ${storage}`);
  const half = Math.floor(sampleRows.length / 2);
  for (const table of ['search.sample', 'search.plain'])
    for (const part of [sampleRows.slice(0, half), sampleRows.slice(half)])
      engine.insert(table, structure, part);
}
