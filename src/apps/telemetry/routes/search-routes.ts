import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { answer, envelope } from '../../../model/api/envelope.ts';
import {
  CompileBody,
  CompileData,
  type Row,
  SearchBody,
  SearchData,
  type SearchLine,
  SearchMeta,
} from '../../../model/telemetry/search-api.ts';
import { compileSearch } from '../search/compile-search.ts';
import { planSearch } from '../search/planned-search.ts';
import type { SearchContext } from '../search/search-context.ts';
import { searchRows } from '../search/search-rows.ts';
import { classifyStoreFailure } from '../search/store-failure.ts';
import { failures } from './api-failures.ts';
import { clientSignal, endWhenStalled } from './client-signal.ts';
import { errorBody, textStream } from './line-stream.ts';
import { sendJson } from './send-json.ts';

const tags = ['search'];

export const searchRoutes =
  (context: SearchContext): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/search',
      {
        schema: {
          operationId: 'search',
          summary: 'Find rows, newest first',
          description:
            'With `Accept: application/x-ndjson` the answer is a stream of lines: `rows`, `progress`, and last `end` or `error`. Leaving cancels the query.',
          tags,
          body: SearchBody,
          response: { 200: envelope(SearchData, SearchMeta), ...failures },
        },
      },
      async (request, reply) => {
        const signal = clientSignal(reply);
        const search = await planSearch(context, request.body);
        const events = searchRows(context, search, request.body, signal);
        const wantsLines = request.headers.accept?.includes('application/x-ndjson') ?? false;
        return wantsLines ? sendLines(context, reply, events) : sendRows(reply, events);
      },
    );

    app.post(
      '/search/compile',
      {
        schema: {
          operationId: 'compile',
          summary: 'Explain a query without running it',
          tags,
          body: CompileBody,
          response: { 200: envelope(CompileData, z.object({})), ...failures },
        },
      },
      async (request) => answer(await compileSearch(context, request.body)),
    );
  };

type Events = ReturnType<typeof searchRows>;

async function sendRows(reply: FastifyReply, events: Events): Promise<FastifyReply> {
  const rows: Row[] = [];
  let meta: SearchMeta | undefined;
  for await (const event of events) {
    if (event.type === 'rows') rows.push(...event.rows);
    else if (event.type === 'end') meta = event.meta;
  }
  if (!meta) throw new Error('a search ended without its end');
  return sendJson(reply, answer({ rows }, meta));
}

const line = (value: SearchLine): string => `${JSON.stringify(value)}\n`;

function sendLines(context: SearchContext, reply: FastifyReply, events: Events): FastifyReply {
  endWhenStalled(reply, context.limits.stalledClientMs);
  const startedMs = context.now().getTime();
  let progress: SearchLine | undefined;
  const stream = textStream(
    events,
    {
      event: (event) => {
        if (event.type === 'progress') progress = event;
        return line(event);
      },
      heartbeat: () => {
        const elapsedMs = context.now().getTime() - startedMs;
        return progress && line({ ...progress, elapsedMs } as SearchLine);
      },
      failure: (error) => line({ type: 'error', error: errorBody(classifyStoreFailure(error)) }),
    },
    context.limits.heartbeatMs,
  );
  return reply
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
    .type('application/x-ndjson; charset=utf-8')
    .send(stream);
}
