import { z } from 'zod';
import type { HttpAnswer } from './http-exchange.ts';
import { NodeError } from './node-error.ts';
import { addressText, type NodeLimits, type NodeTarget } from './node-target.ts';
import { asNodeError, parseServerException } from './server-exception.ts';

/** What the server says that a statement cost, from `X-ClickHouse-Summary`. */
export interface StatementCost {
  readonly readRows: number;
  readonly readBytes: number;
  readonly elapsedMs?: number;
}

/** FORMAT JSONCompact. The rows are many: they are looked at where they lie, not copied. */
const CompactJson = z.object({
  meta: z.array(z.object({ name: z.string() })),
  data: z.custom<unknown[][]>((rows) => Array.isArray(rows) && rows.every(Array.isArray)),
});

interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** The rows of an answer, or a NodeError for whatever else it is. */
export function readAnswer(
  answer: HttpAnswer,
  target: NodeTarget,
  limits: Pick<NodeLimits, 'answerRows'>,
): Rows {
  const where = addressText(target);
  const text = answer.body.toString('utf8');
  if (answer.status !== 200) throw refusal(answer, text, target);
  const parsed = CompactJson.safeParse(parseJson(text));
  if (!parsed.success) {
    const exception = parseServerException(text);
    if (exception) throw asNodeError(exception, where, target.username);
    throw new NodeError(
      'protocol',
      `${where} answers, but not as ClickHouse does: ${excerpt(text)}`,
      { hint: 'Is this the HTTP interface of ClickHouse (usually port 8123, 8443 with TLS)?' },
    );
  }
  const { meta, data } = parsed.data;
  if (data.length > limits.answerRows)
    throw new NodeError(
      'protocol',
      `${where} answers with ${data.length} rows, more than ${limits.answerRows}`,
      { hint: 'The statement has a limit that the server ignored; is this really ClickHouse?' },
    );
  if (data.some((row) => row.length !== meta.length))
    throw new NodeError('protocol', `${where} answers with rows of uneven length`);
  return { columns: meta.map(({ name }) => name), rows: data };
}

/** Why an answer has another status than 200. */
function refusal(answer: HttpAnswer, text: string, target: NodeTarget): NodeError {
  const where = addressText(target);
  const { status, headers } = answer;
  const exception = parseServerException(text);
  if (exception) return asNodeError(exception, where, target.username);
  if (/for clickhouse-client program/i.test(text))
    return new NodeError('protocol', `${where} is ClickHouse's native port`, {
      hint: 'Use the port of the HTTP interface: usually 8123, or 8443 with TLS.',
    });
  if (status >= 300 && status < 400)
    return new NodeError(
      'http',
      `${where} redirects (HTTP ${status}) to ${excerpt(String(headers.location ?? 'nowhere'))}`,
      {
        hint: 'Redirects are not followed, the password would go elsewhere; give the address that it leads to.',
      },
    );
  if (status === 401 || status === 407)
    return new NodeError('authentication', `${where} asks for other credentials (HTTP ${status})`, {
      hint: 'A proxy before ClickHouse may ask for its own user and password.',
    });
  return new NodeError('http', `${where} answers HTTP ${status}: ${excerpt(text)}`, {
    hint:
      status === 502 || status === 503 || status === 504
        ? 'A proxy answers that the server behind it is not there.'
        : 'Is this the HTTP interface of ClickHouse (usually port 8123, 8443 with TLS)?',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The beginning of a text, on one line and without control characters. */
const excerpt = (text: string): string => {
  const line = text
    .slice(0, 400)
    .replaceAll(/[\p{Cc}\p{Cf}\uFFFD\s]+/gu, ' ')
    .trim();
  return line === '' ? 'an empty answer' : `"${line.slice(0, 120)}"`;
};

const Summary = z.object({
  read_rows: z.coerce.number(),
  read_bytes: z.coerce.number(),
  elapsed_ns: z.coerce.number().optional(),
});

/** Reads the header `X-ClickHouse-Summary`; undefined where there is none that makes sense. */
export function readCost(header: string | string[] | undefined): StatementCost | undefined {
  const parsed = Summary.safeParse(parseJson(Array.isArray(header) ? header[0]! : (header ?? '')));
  if (!parsed.success) return undefined;
  const { read_rows: readRows, read_bytes: readBytes, elapsed_ns: elapsedNs } = parsed.data;
  return {
    readRows,
    readBytes,
    ...(elapsedNs === undefined ? {} : { elapsedMs: elapsedNs / 1e6 }),
  };
}
