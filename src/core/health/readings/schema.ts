import { type ColumnSource, defineReading, number, text } from './reading-definition.ts';

/**
 * Tables of users. Left out: tables of the system, inner tables of views, whose names carry a
 * number of their own on each host, and what an unfinished statement leaves behind.
 */
const ofUsers = (name: string): ColumnSource[] => [
  {
    needs: ['database', name],
    sql: `database NOT IN ('system', 'information_schema', 'INFORMATION_SCHEMA', '_temporary_and_external_tables') AND NOT match(${name}, '^[.](inner|tmp)|^_tmp_replace_|^_temporary')`,
  },
];

/**
 * A definition without what differs between hosts on purpose: its UUID, and the path in Keeper and
 * the replica's name, which may be written out.
 */
const definition = [
  ["UUID '[0-9a-f-]+' ?", ''],
  ["(Replicated[A-Za-z]*MergeTree)[(]'[^']*', '[^']*'(, )?", '\\\\1('],
  ['\\\\s+', ' '],
].reduce(
  (sql, [pattern, by]) => `replaceRegexpAll(${sql}, '${pattern!.replaceAll("'", "\\'")}', '${by}')`,
  'create_table_query',
);

/** What each table is, as a hash that is the same on each host where the table is the same. */
export const tableDefinitions = defineReading({
  name: 'table_definitions',
  tier: 'slow',
  table: 'tables',
  columns: {
    database: text('database'),
    table: text('name'),
    engine: text('engine'),
    definition: text('create_table_query', `toString(cityHash64(${definition}))`),
    /** How long ago its definition last changed. */
    changedSecondsAgo: number(
      'metadata_modification_time',
      'toInt64(now()) - toInt64(metadata_modification_time)',
    ),
  },
  where: ofUsers('name'),
  orderBy: [{ needs: ['database', 'name'], sql: 'database, name' }],
  limit: 5_000,
});

/** The columns of each table with their types and defaults, by name. */
export const tableColumns = defineReading({
  name: 'table_columns',
  tier: 'daily',
  table: 'columns',
  columns: {
    database: text('database'),
    table: text('table'),
    columns: {
      kind: 'texts',
      sources: [
        {
          needs: ['name', 'type', 'default_kind', 'default_expression'],
          sql: "arraySort(groupArray(concat(name, ' ', type, if(default_kind = '', '', concat(' ', default_kind, ' ', default_expression)))))",
        },
      ],
    },
  },
  where: ofUsers('table'),
  groupBy: ['database', 'table'],
  orderBy: [{ needs: ['database', 'table'], sql: 'database, table' }],
  limit: 2_000,
});

/** How many tables of each engine there are; all that the user may see. */
export const tableEngines = defineReading({
  name: 'table_engines',
  tier: 'daily',
  table: 'tables',
  columns: {
    engine: text('engine'),
    tables: number('engine', 'count()'),
  },
  where: ofUsers('name'),
  groupBy: ['engine'],
});

export const databaseCount = defineReading({
  name: 'database_count',
  tier: 'daily',
  table: 'databases',
  columns: { databases: number('name', 'count()') },
  where: [
    {
      needs: ['name'],
      sql: "name NOT IN ('system', 'information_schema', 'INFORMATION_SCHEMA', '_temporary_and_external_tables')",
    },
  ],
});

/** Tables that live in memory. */
export const memoryTables = defineReading({
  name: 'memory_tables',
  tier: 'slow',
  table: 'tables',
  columns: {
    database: text('database'),
    table: text('name'),
    bytes: number('total_bytes'),
  },
  where: [{ needs: ['engine'], sql: "engine IN ('Memory', 'Join', 'Set', 'Buffer')" }],
  orderBy: [{ needs: ['total_bytes'], sql: 'total_bytes DESC' }],
});

/** Memory of the primary keys of all parts. */
export const primaryKeys = defineReading({
  name: 'primary_keys',
  tier: 'parts',
  table: 'parts',
  columns: {
    database: text('database'),
    table: text('table'),
    bytes: number(
      'primary_key_bytes_in_memory_allocated',
      'sum(primary_key_bytes_in_memory_allocated)',
    ),
  },
  where: [{ needs: ['active'], sql: 'active' }],
  groupBy: ['database', 'table'],
  orderBy: [
    {
      needs: ['primary_key_bytes_in_memory_allocated'],
      sql: 'sum(primary_key_bytes_in_memory_allocated) DESC',
    },
  ],
  limit: 2_000,
});
