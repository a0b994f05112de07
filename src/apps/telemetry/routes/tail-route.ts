import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { RequestFailure } from '../../../model/api/failure.ts';
import { TailQuery } from '../../../model/telemetry/search-api.ts';
import { createPartList } from '../search/part-list.ts';
import { planSearch } from '../search/planned-search.ts';
import type { SearchContext } from '../search/search-context.ts';
import { checkTail, type TailEvent, tailRows } from '../search/tail-rows.ts';
import type { StoredSignal } from '../search/tail-wake.ts';
import { failures } from './api-failures.ts';
import { clientSignal, endWhenStalled } from './client-signal.ts';
import { textStream } from './line-stream.ts';

const retryMs = 2_000;

/** Server-sent events: `rows`, `gap` and `ping`, each with an id to resume from. */
export const tailRoute =
  (context: SearchContext, onStored: StoredSignal | undefined): FastifyPluginAsyncZod =>
  async (app) => {
    const deps = { context, onStored, parts: createPartList(context) };
    const closing = new AbortController();
    // Tails never end by themselves: a server that drains would wait for them for ever.
    app.addHook('preClose', async () => closing.abort());
    let open = 0;

    app.get(
      '/tail',
      {
        schema: {
          operationId: 'tail',
          summary: 'Follow the rows that match as they arrive',
          description:
            'Server-sent events: `rows` {rows}, `gap` {reason, skipped}, `ping` {time}. Late records appear when they arrive. Send Last-Event-ID to go on where a connection broke.',
          tags: ['search'],
          querystring: TailQuery,
          produces: ['text/event-stream'],
          response: { 200: z.string(), ...failures },
        },
      },
      async (request, reply) => {
        if (open >= context.limits.tails)
          throw new RequestFailure('rate_limited', `${open} tails are open, which is the limit.`, {
            hint: 'Close one of them.',
            retryAfterSeconds: 10,
          });
        open++;
        reply.raw.once('close', () => open--);
        const signal = AbortSignal.any([clientSignal(reply), closing.signal]);
        const search = await planSearch(context, request.query);
        await checkTail(context, search, signal);
        endWhenStalled(reply, context.limits.stalledClientMs);
        const header = request.headers['last-event-id'];
        const events = tailRows(deps, search, header?.toString() || undefined, signal);
        const stream = textStream(
          events,
          {
            event: renderEvent,
            heartbeat: () => undefined,
            failure: (error) => {
              if (!signal.aborted) context.logger.warn('tail_failed', { error });
              return '';
            },
          },
          context.limits.tailPingMs,
        );
        return (
          reply
            .header('cache-control', 'no-store')
            .header('x-accel-buffering', 'no')
            // It ends when one side leaves: kept alive, it would only delay a server that stops.
            .header('connection', 'close')
            .type('text/event-stream; charset=utf-8')
            .send(stream as unknown as string)
        );
      },
    );
  };

function renderEvent({ type, id, ...data }: TailEvent): string {
  return `retry: ${retryMs}\nid: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
