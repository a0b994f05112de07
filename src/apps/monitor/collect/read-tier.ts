import type { NodeAnswer, NodeError } from '../../../adapters/clickhouse/fleet/index.ts';
import {
  type Capabilities,
  type CollectStatement,
  failedReadings,
  parseAnswer,
  planStatements,
  splitStatement,
  type Tier,
} from '../../../core/health/index.ts';
import type { Reading } from '../../../model/fleet/reading.ts';
import { asNodeFailure } from './node-error-facts.ts';
import type { ReadingPauses } from './reading-pauses.ts';

export interface TierRequest {
  readonly tier: Tier;
  readonly capabilities: Capabilities;
  readonly username: string;
  readonly logWindowSeconds?: number;
  readonly pauses: ReadingPauses;
  readonly cadenceMs: number;
  readonly run: (sql: string) => Promise<NodeAnswer>;
}

/** What reading a tier gave. */
export interface TierAnswer {
  readonly readings: readonly Reading[];
  /** The node could not be reached any more: the rest was not asked. */
  readonly lost?: NodeError;
  /** Readings that the server failed on. */
  readonly failed: readonly string[];
}

/**
 * Asks a node for all readings of a tier. Where a statement fails, its readings are asked one by
 * one; a reading that fails alone is left out for a while, so that it cannot burden the rest.
 */
export async function readTier(request: TierRequest): Promise<TierAnswer> {
  const nowMs = Date.now();
  const { tier, capabilities, pauses, logWindowSeconds } = request;
  const options = logWindowSeconds === undefined ? {} : { logWindowSeconds };
  const ailing = pauses.names();
  const plan = planStatements(tier, capabilities, nowMs, { ...options, without: ailing });
  const alone = dueAlone(request, nowMs, options);
  const readings: Reading[] = [...plan.gaps];
  const failed: string[] = [];
  for (const statement of [...plan.statements, ...alone]) {
    const answer = await askStatement(request, statement);
    readings.push(...answer.readings);
    failed.push(...answer.failed);
    if (answer.lost) return { readings, failed, lost: answer.lost };
  }
  return { readings, failed };
}

/** Statements of the readings that failed before and may be tried again, one each. */
function dueAlone(
  { tier, capabilities, pauses }: TierRequest,
  nowMs: number,
  options: { readonly logWindowSeconds?: number },
): readonly CollectStatement[] {
  const due = pauses.due(nowMs);
  if (due.size === 0) return [];
  const { statements } = planStatements(tier, capabilities, nowMs, options);
  return statements
    .flatMap(splitStatement)
    .filter((statement) => statement.readings.every((name) => due.has(name)));
}

async function askStatement(
  request: TierRequest,
  statement: CollectStatement,
): Promise<TierAnswer> {
  const { run, pauses, cadenceMs, username } = request;
  try {
    const { rows } = await run(statement.sql);
    for (const name of statement.readings) pauses.succeeded(name);
    return { readings: parseAnswer(statement, rows, Date.now()), failed: [] };
  } catch (error) {
    const failure = asNodeFailure(error);
    if (isLost(failure)) return { readings: [], failed: statement.readings, lost: failure };
    if (statement.parts.length > 1) return askEach(request, statement);
    for (const name of statement.readings) pauses.failed(name, cadenceMs, Date.now());
    const facts = { code: failure.code ?? 0, message: failure.message };
    const readings = failedReadings(statement, facts, Date.now(), username);
    return { readings, failed: statement.readings };
  }
}

async function askEach(request: TierRequest, statement: CollectStatement): Promise<TierAnswer> {
  const readings: Reading[] = [];
  const failed: string[] = [];
  for (const each of splitStatement(statement)) {
    const answer = await askStatement(request, each);
    readings.push(...answer.readings);
    failed.push(...answer.failed);
    if (answer.lost) return { readings, failed, lost: answer.lost };
  }
  return { readings, failed };
}

/** No statement would get through: that is for the vitals to judge. */
const isLost = ({ layer }: NodeError): boolean =>
  layer === 'dns' || layer === 'tcp' || layer === 'tls' || layer === 'authentication';
