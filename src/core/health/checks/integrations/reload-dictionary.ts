import { sqlName, sqlTable } from '../../../../base/sql-text.ts';
import type { FindingSubject, Fix } from '../../../../model/fleet/finding.ts';

/** Its name as a person writes it; dictionaries of XML files have no database. */
export const dictionaryName = ({ database, object }: FindingSubject): string =>
  database ? `${database}.${object}` : `${object}`;

/** Loads one dictionary now. */
export const reloadDictionary = ({ database, object = '' }: FindingSubject): Fix => ({
  sql: `SYSTEM RELOAD DICTIONARY ${database ? sqlTable({ database, name: object }) : sqlName(object)}`,
  risk: 'safe',
  note: 'Loads it now and says what fails.',
});
