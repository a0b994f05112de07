import { setTimeout as sleep } from 'node:timers/promises';

interface StreamEvent {
  readonly id: string;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape
  readonly data: any;
}

/** A client of server-sent events that keeps everything it got. */
export async function openEventStream(url: string, lastEventId?: string) {
  const controller = new AbortController();
  const response = await fetch(url, {
    headers: {
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal: controller.signal,
  });
  const events: StreamEvent[] = [];
  const reading = (async () => {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      events.push(...blocks.map(parseEvent));
    }
  })().catch(() => undefined);
  const ended = { value: false };
  reading.finally(() => {
    ended.value = true;
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    events,
    ended: () => ended.value,
    /** Bodies of all rows so far, in order. */
    bodies: (): string[] =>
      events
        .filter(({ event }) => event === 'rows')
        .flatMap(({ data }) => data.rows.map((row: { Body: string }) => row.Body)),
    async until(what: string, done: () => boolean): Promise<void> {
      for (let i = 0; i < 400; i++) {
        if (done()) return;
        await sleep(25);
      }
      throw new Error(`never happened: ${what}; got ${JSON.stringify(events).slice(0, 1_000)}`);
    },
    async close(): Promise<void> {
      controller.abort();
      await reading;
    },
  };
}

function parseEvent(block: string): StreamEvent {
  const fields = new Map(
    block.split('\n').map((line): [string, string] => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
  );
  return {
    id: fields.get('id') ?? '',
    event: fields.get('event') ?? '',
    data: JSON.parse(fields.get('data') ?? 'null'),
  };
}
