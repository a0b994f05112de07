import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { answer, envelope } from '../../../model/api/envelope.ts';
import { SqlBody, SqlData, SqlMeta, TraceData } from '../../../model/telemetry/search-api.ts';
import { runSql } from '../search/run-sql.ts';
import type { SearchContext } from '../search/search-context.ts';
import { searchTrace } from '../search/search-trace.ts';
import { failures } from './api-failures.ts';
import { clientSignal } from './client-signal.ts';
import { sendJson } from './send-json.ts';

/** SQL and traces. Rows are sent as text: they are as they must be, and may be many. */
export const queryRoutes =
  (context: SearchContext): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/sql',
      {
        schema: {
          operationId: 'sql',
          summary: 'Run one read-only SQL statement',
          description:
            'Parameters are bound: `{name:Type}` in the query, `params.name` beside it. The answer is cut at `limit` rows; `meta.complete` tells.',
          tags: ['sql'],
          body: SqlBody,
          response: { 200: envelope(SqlData, SqlMeta), ...failures },
        },
      },
      async (request, reply) => {
        const { data, meta } = await runSql(context, request.body, clientSignal(reply));
        return sendJson(reply, answer(data, meta));
      },
    );

    app.get(
      '/traces/:traceId',
      {
        schema: {
          operationId: 'trace',
          summary: 'All spans and logs of a trace, oldest first',
          tags: ['traces'],
          params: z.object({ traceId: z.string() }),
          response: { 200: envelope(TraceData, z.object({})), ...failures },
        },
      },
      async (request, reply) => {
        const data = await searchTrace(context, request.params.traceId, clientSignal(reply));
        return sendJson(reply, answer(data));
      },
    );
  };
