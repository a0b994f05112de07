import { send } from './client.ts';
import { createEventParser, type ServerEvent } from './event-stream.ts';
import { asFailure, isAbort } from './failure.ts';
import type { QueryBody, Row } from './shapes.ts';

export interface TailEvents {
  rows(rows: Row[]): void;
  /** Rows were skipped: too many arrived for a page to show. */
  gap(message: string): void;
  /** `undefined` when connected again. */
  state(failure: ReturnType<typeof asFailure> | undefined): void;
}

/** Waiting time before the connection is tried again: doubled each time, up to the last. */
const firstRetryMs = 500;
const longestRetryMs = 15_000;

/**
 * Follows arrivals until `signal` aborts. Reconnects by itself and goes on after the last event it
 * saw. A refusal for the query's sake (4xx) is reported and ends it. Resolves to the last event id,
 * from which a later call may go on.
 */
export async function followTail(
  query: QueryBody,
  lastEventId: string,
  events: TailEvents,
  signal: AbortSignal,
): Promise<string> {
  let id = lastEventId;
  let retryMs = firstRetryMs;
  while (!signal.aborted) {
    try {
      for await (const event of readEvents(query, id, signal)) {
        retryMs = firstRetryMs;
        id = event.id;
        deliver(event, events);
      }
    } catch (error) {
      if (isAbort(error) || signal.aborted) break;
      const failure = asFailure(error);
      events.state(failure);
      if (failure.status >= 400 && failure.status < 500 && failure.status !== 429) break;
    }
    await pause(retryMs, signal);
    retryMs = Math.min(retryMs * 2, longestRetryMs);
  }
  return id;
}

function deliver(event: ServerEvent, events: TailEvents): void {
  events.state(undefined);
  if (event.event === 'rows') events.rows(rowsOf(JSON.parse(event.data)));
  else if (event.event === 'gap') events.gap(gapOf(JSON.parse(event.data)));
}

function rowsOf(data: unknown): Row[] {
  if (Array.isArray(data)) return data as Row[];
  if (typeof data === 'object' && data !== null && 'rows' in data && Array.isArray(data.rows))
    return data.rows as Row[];
  return [];
}

function gapOf(data: unknown): string {
  if (typeof data === 'object' && data !== null) {
    if ('message' in data && typeof data.message === 'string') return data.message;
    if ('skipped' in data && typeof data.skipped === 'number')
      return `${data.skipped.toLocaleString('en')} rows were skipped: they arrived faster than a page can show.`;
  }
  return 'Some rows were skipped: they arrived faster than a page can show.';
}

async function* readEvents(
  query: QueryBody,
  lastEventId: string,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  const response = await send(`/tail?${new URLSearchParams({ ...query })}`, {
    headers: {
      accept: 'text/event-stream',
      ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }),
    },
    signal,
  });
  if (response.body === null) return;
  const parse = createEventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield* parse(value);
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
