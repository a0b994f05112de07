import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream';
import { openStream } from './client.ts';
import { asFailure, isAbort } from './failure.ts';
import type { QueryBody, Row } from './shapes.ts';

export type GapReason = 'too_many' | 'too_slow' | 'unknown_position';

export interface TailEvents {
  rows(rows: Row[]): void;
  /** Rows were left out; how many, where it is known. */
  gap(reason: GapReason, skipped: number | null): void;
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
        id = event.id ?? id;
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

function deliver({ event, data }: EventSourceMessage, events: TailEvents): void {
  events.state(undefined);
  if (event === 'rows') events.rows((JSON.parse(data) as { rows: Row[] }).rows);
  if (event !== 'gap') return;
  const { reason, skipped } = JSON.parse(data) as { reason: GapReason; skipped: number | null };
  events.gap(reason, skipped);
}

async function* readEvents(
  query: QueryBody,
  lastEventId: string,
  signal: AbortSignal,
): AsyncGenerator<EventSourceMessage> {
  const response = await openStream(`/tail?${new URLSearchParams({ ...query })}`, {
    headers: {
      accept: 'text/event-stream',
      ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }),
    },
    signal,
  });
  const reader = response.body
    ?.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  for (;;) {
    const next = await reader?.read();
    if (next === undefined || next.done) return;
    yield next.value;
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
