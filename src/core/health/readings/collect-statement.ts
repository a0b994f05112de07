import { sqlName } from '../../../base/sql-text.ts';
import type { Reading, ReadingGap } from '../../../model/fleet/reading.ts';
import { type Capabilities, grantStatement } from './capabilities.ts';
import { type CompiledReading, compileReading } from './compile-reading.ts';
import type { ReadingDefinition, Tier } from './reading-definition.ts';

/** One statement that carries several readings; rows are `[reading, cells]`. */
export interface CollectStatement {
  /** Without FORMAT: the reader chooses one that keeps arrays and NULL, such as JSONCompact. */
  readonly sql: string;
  readonly readings: readonly string[];
  readonly parts: readonly CompiledReading[];
}

/** What one collection of a tier asks, and what it cannot ask. */
export interface CollectPlan {
  readonly statements: readonly CollectStatement[];
  /** Readings that this server cannot answer, each with its gap; remember them as they are. */
  readonly gaps: readonly Reading[];
}

export interface PlanOptions {
  /** How far back log readings reach: the time since they last succeeded, plus an overlap. */
  readonly logWindowSeconds?: number;
  /** Readings that are left out this time: they failed before and have to wait. */
  readonly without?: ReadonlySet<string>;
  /** Readings of one statement at most. Default 12. */
  readonly perStatement?: number;
}

const defaultLogWindowSeconds = 3_600;
const defaultPerStatement = 12;

/** The statements of one tier for what a server has. `atMs` is the time of the gaps. */
export function planTier(
  definitions: readonly ReadingDefinition[],
  tier: Tier,
  capabilities: Capabilities,
  atMs: number,
  options: PlanOptions = {},
): CollectPlan {
  const parts: CompiledReading[] = [];
  const gaps: Reading[] = [];
  const logWindowSeconds = options.logWindowSeconds ?? defaultLogWindowSeconds;
  for (const definition of definitions) {
    if (definition.tier !== tier || options.without?.has(definition.name)) continue;
    const result = compileReading(definition, capabilities, { logWindowSeconds });
    if (result.ok) parts.push(result.compiled);
    else gaps.push(gapReading(definition.name, result.gap, atMs));
  }
  const size = options.perStatement ?? defaultPerStatement;
  const statements: CollectStatement[] = [];
  for (let from = 0; from < parts.length; from += size)
    statements.push(statementOf(parts.slice(from, from + size)));
  return { statements, gaps };
}

/** The readings of a statement one by one: what to ask when the whole of it failed. */
export const splitStatement = (statement: CollectStatement): readonly CollectStatement[] =>
  statement.parts.map((part) => statementOf([part]));

/**
 * ORDER BY and LIMIT are those of each part on every version. No subqueries: analysing them costs
 * the server more than reading the rows.
 */
const statementOf = (parts: readonly CompiledReading[]): CollectStatement => ({
  sql: parts.map((part) => part.sql).join(' UNION ALL '),
  readings: parts.map((part) => part.name),
  parts,
});

/** Why a statement failed, by ClickHouse's error code (0 where it never reached the server). */
export interface StatementFailure {
  readonly code: number;
  readonly message: string;
}

/**
 * The readings of a statement that failed, each with its gap. Meant for statements of one reading:
 * split a larger one first, for one reading's failure says nothing about the others.
 */
export const failedReadings = (
  statement: CollectStatement,
  failure: StatementFailure,
  atMs: number,
  user: string,
): readonly Reading[] =>
  statement.parts.map((part) => ({
    ...gapReading(part.name, failureGap(part, failure, user), atMs),
    sql: part.sql,
  }));

function failureGap(part: CompiledReading, failure: StatementFailure, user: string): ReadingGap {
  const table = /FROM system\.`([^`]+)`/.exec(part.sql)?.[1] ?? part.name;
  if (failure.code === 497 || failure.code === 291)
    return { reason: 'grant', detail: failure.message, grant: missingGrant(table, failure, user) };
  if (failure.code === 60)
    return { reason: 'table', detail: `This server has no system.${table}.` };
  if (failure.code === noKeeperConfigured && /zookeeper/i.test(failure.message))
    return { reason: 'setting', detail: 'No Keeper is configured on this server.' };
  return { reason: 'error', detail: failure.message };
}

/**
 * The statement that gives what a server says is missing. Some tables want another right than to
 * read them, such as SHOW USERS; only plain words are taken over from what the server says.
 */
function missingGrant(table: string, failure: StatementFailure, user: string): string {
  const rights = /have (?:the )?grant ((?:SHOW|SYSTEM)[A-Z ,]*) ON \*\.\*/.exec(
    failure.message,
  )?.[1];
  return rights === undefined
    ? grantStatement(table, user)
    : `GRANT ${rights} ON *.* TO ${sqlName(user)}`;
}

/** NO_ELEMENTS_IN_CONFIG */
const noKeeperConfigured = 139;

export const gapReading = (name: string, gap: ReadingGap, atMs: number): Reading => ({
  name,
  atMs,
  rows: [],
  missingColumns: [],
  truncated: false,
  gap,
  sql: '',
});
