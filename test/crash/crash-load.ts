import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request with rows that can be recognised: `req` is unique, rows are numbered. */
export interface MarkedRequest {
  readonly signal: 'logs' | 'traces';
  readonly req: string;
  readonly rows: number;
}

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });

/** OTLP/JSON of a marked request. Equal marks give equal bytes, as a client's retry does. */
function encode({ signal, req, rows }: MarkedRequest, timeMs: number): string {
  const service = `service-${req.length + (req.charCodeAt(req.length - 1) % 5)}`;
  const resource = { attributes: [attribute('service.name', service)] };
  const numbers = Array.from({ length: rows }, (_, row) => row);
  const marks = (row: number) => [attribute('req', req), attribute('row', String(row))];
  const nano = (row: number) => String(BigInt(timeMs) * 1_000_000n + BigInt(row));
  if (signal === 'logs')
    return JSON.stringify({
      resourceLogs: [
        {
          resource,
          scopeLogs: [
            {
              logRecords: numbers.map((row) => ({
                timeUnixNano: nano(row),
                severityText: row % 10 === 0 ? 'ERROR' : 'INFO',
                body: { stringValue: `request ${req} row ${row}` },
                attributes: marks(row),
              })),
            },
          ],
        },
      ],
    });
  return JSON.stringify({
    resourceSpans: [
      {
        resource,
        scopeSpans: [
          {
            spans: numbers.map((row) => ({
              traceId: Buffer.from(req.padEnd(16, '-').slice(-16)).toString('hex'),
              spanId: row.toString(16).padStart(16, '0'),
              name: `step ${row % 7}`,
              startTimeUnixNano: nano(row),
              endTimeUnixNano: nano(row + 1_000),
              attributes: marks(row),
            })),
          },
        ],
      },
    ],
  });
}

/** What a sender knows at the end: which requests were acknowledged, and which never were. */
export interface Sent {
  readonly acknowledged: MarkedRequest[];
  readonly unanswered: MarkedRequest[];
}

/**
 * Sends marked requests one after the other until `signal`, each with the same bytes again until
 * it is acknowledged: what an OTLP exporter does. The last one may stay unanswered.
 */
export async function send(
  endpoint: string,
  name: string,
  signal: AbortSignal,
  onAcknowledged: () => void,
): Promise<Sent> {
  const sent: Sent = { acknowledged: [], unanswered: [] };
  for (let number = 0; !signal.aborted; number += 1) {
    const request: MarkedRequest = {
      signal: number % 3 === 2 ? 'traces' : 'logs',
      req: `${name}-${number}`,
      rows: randomInt(1, 60),
    };
    const body = encode(request, Date.now());
    let acknowledged = false;
    while (!acknowledged && !signal.aborted) {
      acknowledged = await post(`${endpoint}/v1/${request.signal}`, body, signal);
      if (acknowledged) onAcknowledged();
      else await sleep(20);
    }
    (acknowledged ? sent.acknowledged : sent.unanswered).push(request);
  }
  return sent;
}

async function post(url: string, body: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
    await response.arrayBuffer();
    if (response.status >= 400 && response.status !== 429 && response.status !== 503)
      throw new Error(`refused for good: ${response.status}`);
    return response.status === 200;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('refused')) throw error;
    // The connection died with the process that was killed: try again, as exporters do.
    return false;
  }
}
