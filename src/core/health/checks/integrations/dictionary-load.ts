import { sqlName, sqlTable } from '../../../../base/sql-text.ts';
import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { dictionaries } from '../../readings/dictionaries.ts';
import { durationText } from '../../wording.ts';

/** Whether dictionaries are loaded and as fresh as they are meant to be. */
export const dictionaryLoad: NodeCheck = {
  id: 'dictionary-load',
  number: 88,
  title: 'A dictionary is not loaded, or out of date',
  group: 'integrations',
  dimension: 'ingestion',
  scope: 'node',
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
            ageSeconds: isRefreshed(row) ? row.ageSeconds : undefined,
            lifetimeMaxSeconds: row.lifetimeMaxSeconds,
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
        `The dictionary ${name(item)} could not be loaded: ${item.values.lastException}`,
    },
    {
      severity: 'warning',
      all: [{ value: 'lastException', is: 'not', than: '' }],
      source: 'Altinity knowledge base, ClickHouse/clickhouse-diagnostics: any last_exception',
      message: (item) =>
        `The dictionary ${name(item)} could not be refreshed and answers with old values: ${item.values.lastException}`,
    },
    {
      severity: 'warning',
      all: [
        { value: 'ageSeconds', is: 'above', than: { value: 'lifetimeMaxSeconds', times: 2 } },
        { value: 'lifetimeMaxSeconds', is: 'above', than: 0 },
      ],
      source: 'guideline: older than twice lifetime_max, which is in seconds',
      message: (item) =>
        `The dictionary ${name(item)} was last refreshed ${durationText(Number(item.values.ageSeconds))} ago; it is meant to be at most ${durationText(Number(item.values.lifetimeMaxSeconds))} old.`,
    },
  ],
  explanation:
    'Queries that use a dictionary which is not loaded fail; one that cannot be refreshed goes on answering with old values.',
  causes: [
    'Its source is down, or a password or an address changed',
    'A table or a column of the source is gone',
    'The source says that nothing changed (invalidate_query): then mark it as intended',
  ],
  fix: ({ subject }) => ({
    sql: `SYSTEM RELOAD DICTIONARY ${
      subject.database
        ? sqlTable({ database: subject.database, name: subject.object ?? '' })
        : sqlName(subject.object ?? '')
    }`,
    risk: 'safe',
    note: 'Loads it now and says what fails.',
  }),
  proof: { kind: 'fault' },
};

const name = ({ subject }: Measured): string =>
  subject.database ? `${subject.database}.${subject.object}` : `${subject.object}`;

/** Files are read again only when they change; a dictionary that nobody used yet has no age. */
const isRefreshed = (row: {
  readonly status: string | undefined;
  readonly source: string | undefined;
}): boolean => row.status !== 'NOT_LOADED' && !/^(File|Null|Executable)/.test(row.source ?? '');
