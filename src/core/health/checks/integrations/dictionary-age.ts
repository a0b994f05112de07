import { type Measured, measured, type NodeCheck, restartGraceMs } from '../../check.ts';
import { dictionaries } from '../../readings/dictionaries.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { durationText } from '../../wording.ts';
import { dictionaryName, reloadDictionary } from './reload-dictionary.ts';

/** Files and the like are read again only when they change. */
const readWhenChanged = /^(File|Null|Executable)/;

/** Whether dictionaries are as fresh as they are meant to be. */
export const dictionaryAge: NodeCheck = {
  id: 'dictionary-age',
  number: 88,
  title: 'A dictionary is out of date',
  group: 'integrations',
  dimension: 'ingestion',
  scope: 'node',
  graceMs: restartGraceMs,
  about: { objects: objectKinds.dictionaries },
  needs: [
    {
      reading: dictionaries,
      columns: ['name', 'ageSeconds', 'lifetimeMaxSeconds'],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured(
      node
        .rows(dictionaries)
        // One that nobody used yet has no age.
        .filter((row) => row.ageSeconds !== undefined && !readWhenChanged.test(row.source ?? ''))
        .map(
          (row): Measured => ({
            subject: { ...(row.database ? { database: row.database } : {}), object: row.name },
            values: {
              ageSeconds: row.ageSeconds,
              lifetimeMaxSeconds: row.lifetimeMaxSeconds,
              source: row.source,
            },
          }),
        ),
    ),
  rules: [
    {
      severity: 'warning',
      all: [
        { value: 'ageSeconds', is: 'above', than: { value: 'lifetimeMaxSeconds', times: 2 } },
        { value: 'lifetimeMaxSeconds', is: 'above', than: 0 },
        // The server itself looks only every five seconds which ones are due.
        { value: 'ageSeconds', is: 'above', than: 60 },
      ],
      source: 'guideline: older than twice lifetime_max, which is in seconds',
      message: (item) =>
        `The dictionary ${dictionaryName(item.subject)} was last refreshed ${durationText(Number(item.values.ageSeconds))} ago; it is meant to be at most ${durationText(Number(item.values.lifetimeMaxSeconds))} old.`,
    },
  ],
  explanation: 'Queries that use the dictionary get old values without noticing.',
  causes: [
    'Its source is slow or cannot be reached',
    'The source says that nothing changed (invalidate_query): then mark it as intended',
    'Refreshing was stopped, or the server is overloaded',
  ],
  fix: ({ subject }) => reloadDictionary(subject),
  proof: { kind: 'sql' },
};
