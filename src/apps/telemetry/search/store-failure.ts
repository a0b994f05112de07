import { ClickHouseError } from '@clickhouse/client';
import { RequestFailure } from '../../../model/api/failure.ts';

/** The query text that a person wrote, and where it stands in the statement that was sent. */
export interface WrittenText {
  readonly text: string;
  readonly statement: string;
}

const timeoutCodes = new Set([159, 160]);
const limitCodes = new Set([158, 191, 241, 306, 307, 396]);
const busyCodes = new Set([202, 745]);
const awayCodes = new Set([32, 198, 203, 209, 210, 236, 242, 279, 516, 999]);

/**
 * What a failure of the store means to the caller. `written` is given where the statement holds
 * text of the user's: what ClickHouse objects to is then their query, not our fault.
 */
export function classifyStoreFailure(cause: unknown, written?: WrittenText): RequestFailure {
  if (cause instanceof RequestFailure) return cause;
  if (!(cause instanceof ClickHouseError))
    return new RequestFailure('store_unavailable', 'The store does not answer.', {
      hint: 'GET /ready says what is wrong with it. Received data is kept in the spool meanwhile.',
      retryAfterSeconds: 5,
      cause,
    });
  const code = Number(cause.code);
  const details = { clickhouseCode: code, clickhouseName: cause.type };
  if (timeoutCodes.has(code))
    return new RequestFailure('timeout', 'The query took longer than it may.', {
      hint: 'Search a shorter time range, or add a condition on an indexed field such as ServiceName.',
      details,
      cause,
    });
  if (limitCodes.has(code))
    return new RequestFailure(
      'limit_exceeded',
      `The query needs more than it may: ${brief(cause)}`,
      {
        hint: 'Search a shorter time range, or ask for fewer columns, groups or rows.',
        details,
        cause,
      },
    );
  if (busyCodes.has(code))
    return new RequestFailure('unavailable', 'The store runs as many queries as it can.', {
      hint: 'Try again in a few seconds.',
      retryAfterSeconds: 2,
      cause,
    });
  if (awayCodes.has(code))
    return new RequestFailure('store_unavailable', `The store cannot answer: ${brief(cause)}`, {
      hint: 'GET /ready says what is wrong with it.',
      retryAfterSeconds: 5,
      details,
      cause,
    });
  if (!written)
    return new RequestFailure('internal', `The store refused a query of ours: ${brief(cause)}`, {
      details,
      cause,
    });
  const objection = objectionTo(cause.message, written);
  return new RequestFailure('invalid_query', objection?.message ?? brief(cause), {
    ...(objection ? { position: objection.position } : {}),
    details,
    cause,
  });
}

/** One sentence of ClickHouse's message: without what else it could have parsed, and our statement. */
function brief(error: ClickHouseError): string {
  const text = error.message
    .replace(/\.? Expected one of: .*$/s, '.')
    .replace(/ in scope .*?(?=\. Maybe you meant|$)/is, '')
    .replace(/: (?:In scope|while executing) .*$/s, '.')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}

/**
 * A syntax error in terms of the text: ClickHouse counts bytes of the statement from 1, the API
 * UTF-16 units of what the user wrote. Behind the text stands the bracket that closes it.
 */
function objectionTo(
  message: string,
  { text, statement }: WrittenText,
): { message: string; position: { start: number; end: number } } | undefined {
  const match = /failed at position (\d+)/.exec(message);
  const begins = statement.indexOf(text);
  if (!match || begins < 0) return undefined;
  const before = Buffer.from(statement).subarray(0, Number(match[1]) - 1);
  const start = before.toString().length - begins;
  if (start < 0) return undefined;
  if (start >= text.length) {
    const what = text === statement ? 'statement' : 'expression';
    const position = { start: Math.max(0, text.length - 1), end: text.length };
    return { message: `Syntax error: the ${what} is not complete.`, position };
  }
  const token = /^(?:[\w.]+|'[^']*'|.)/s.exec(text.slice(start))?.[0] ?? '';
  const shown = token.length > 40 ? `${token.slice(0, 40)}…` : token;
  return {
    message: `Syntax error at "${shown}".`,
    position: { start, end: start + token.length },
  };
}
