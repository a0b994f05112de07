import type { Capabilities } from '../readings/capabilities.ts';

/** How much of what the server has the user sees. */
export interface Sight {
  readonly visibleTables: number;
  /** Undefined where the server does not count them (before 20.x). */
  readonly attachedTables: number | undefined;
}

/** Share of the server's tables that a user must see not to count as blind. */
const sightShare = 0.95;

/**
 * Counts the tables that the user sees and those that the server has: ClickHouse hides tables
 * without a word from users who lack SHOW TABLES. Rows `[name, value]`.
 */
export const sightStatement = (capabilities: Capabilities): string =>
  [
    `SELECT 'visible' AS name, toString(count()) AS value FROM system.tables WHERE lower(database) != 'information_schema'${capabilities.tables.get('tables')?.has('is_temporary') ? ' AND NOT is_temporary' : ''}`,
    ...(capabilities.tables.has('asynchronous_metrics')
      ? [
          `SELECT 'attached' AS name, toString(value) AS value FROM system.asynchronous_metrics WHERE metric = 'NumberOfTables'`,
        ]
      : []),
  ].join(' UNION ALL ');

/** Reads the answer; undefined where it is none. */
export function parseSight(rows: readonly (readonly unknown[])[]): Sight | undefined {
  const values = new Map(rows.map(([name, value]) => [name, Number(value)]));
  const visibleTables = values.get('visible');
  if (visibleTables === undefined || Number.isNaN(visibleTables)) return undefined;
  const attached = values.get('attached');
  return {
    visibleTables,
    attachedTables: attached === undefined || Number.isNaN(attached) ? undefined : attached,
  };
}

/** Whether tables are hidden; undefined where it cannot be told. */
export const isBlind = ({ visibleTables, attachedTables }: Sight): boolean | undefined =>
  attachedTables === undefined ? undefined : visibleTables < attachedTables * sightShare;
