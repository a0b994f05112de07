import { Readable } from 'node:stream';
import type { RequestFailure } from '../../../model/api/failure.ts';

/**
 * A stream of text made from `events`, pulled only as fast as the client reads. While nothing
 * happens for `heartbeatMs`, `heartbeat` is sent instead. A failure becomes the last text.
 */
export function textStream<Event>(
  events: AsyncIterable<Event>,
  render: {
    readonly event: (event: Event) => string;
    readonly heartbeat: () => string | undefined;
    readonly failure: (failure: unknown) => string;
  },
  heartbeatMs: number,
): Readable {
  async function* texts(): AsyncGenerator<string> {
    const source = events[Symbol.asyncIterator]();
    try {
      let next = source.next();
      while (true) {
        const result = await within(next, heartbeatMs);
        if (result === undefined) {
          const text = render.heartbeat();
          if (text !== undefined) yield text;
          continue;
        }
        if (result.done) return;
        yield render.event(result.value);
        next = source.next();
      }
    } catch (error) {
      yield render.failure(error);
    } finally {
      // Not awaited: the source may be waiting for the store, and ends by its signal.
      source.return?.().catch(() => undefined);
    }
  }
  return Readable.from(texts(), { objectMode: false, highWaterMark: 65_536 });
}

/** The value, or undefined when it takes longer than `ms`. */
async function within<T>(value: Promise<T>, ms: number): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, ms, undefined);
  try {
    return await Promise.race([value, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The `error` of the envelope, as the HTTP front writes it. */
export const errorBody = (failure: RequestFailure) => ({
  code: failure.code,
  message: failure.message,
  ...failure.more,
});
