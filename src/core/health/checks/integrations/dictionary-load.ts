import { type Measured, measured, type NodeCheck, restartGraceMs } from '../../check.ts';
import { dictionaries } from '../../readings/dictionaries.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { dictionaryName, reloadDictionary } from './reload-dictionary.ts';

/** Whether dictionaries are loaded. */
export const dictionaryLoad: NodeCheck = {
  id: 'dictionary-load',
  number: 88,
  title: 'A dictionary cannot be loaded',
  group: 'integrations',
  dimension: 'ingestion',
  scope: 'node',
  graceMs: restartGraceMs,
  about: { objects: objectKinds.dictionaries },
  needs: [
    { reading: dictionaries, columns: ['name', 'status', 'lastException'], absent: 'unknown' },
  ],
  measure: (node) =>
    measured(
      node.rows(dictionaries).map(
        (row): Measured => ({
          subject: { ...(row.database ? { database: row.database } : {}), object: row.name },
          values: {
            failed: row.status?.startsWith('FAILED'),
            lastException: row.lastException,
          },
        }),
      ),
    ),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'failed', is: 'equal to', than: true }],
      source: 'Altinity/Skills (dictionaries): status FAILED',
      message: (item) =>
        `The dictionary ${dictionaryName(item.subject)} could not be loaded: ${item.values.lastException}`,
    },
    {
      severity: 'warning',
      all: [{ value: 'lastException', is: 'not', than: '' }],
      source: 'Altinity knowledge base, ClickHouse/clickhouse-diagnostics: any last_exception',
      message: (item) =>
        `The dictionary ${dictionaryName(item.subject)} could not be refreshed and answers with old values: ${item.values.lastException}`,
    },
  ],
  explanation:
    'Queries that use a dictionary which is not loaded fail; one that cannot be refreshed goes on answering with old values.',
  causes: [
    'Its source is down, or a password or an address changed',
    'A table or a column of the source is gone',
    'The source answers too slowly, or with other columns',
  ],
  fix: ({ subject }) => reloadDictionary(subject),
  proof: { kind: 'fault' },
};
