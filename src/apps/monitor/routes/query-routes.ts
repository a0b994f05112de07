import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { answer, envelope } from '../../../model/api/envelope.ts';
import {
  Grouping,
  QueriesData,
  QueryData,
  QueryFilter,
  QuerySort,
} from '../../../model/fleet/query-insights.ts';
import { KillBody, KillData, KillsData, RunningData } from '../../../model/fleet/query-kill.ts';
import type { ClusterQueries } from '../queries/cluster-queries.ts';
import { ClusterId, callerSignal, failures, NoMeta, Range, rangeOf, tags } from './route-parts.ts';

const Limit = (preset: number, most: number) =>
  z.coerce.number().int().min(1).max(most).default(preset);

const ListQuery = z.object({
  ...Range.shape,
  ...QueryFilter.shape,
  by: Grouping.default('fingerprint'),
  sort: QuerySort.default('total'),
  limit: Limit(100, 500),
});

const ShowQuery = z.object({
  ...Range.shape,
  node: QueryFilter.shape.node,
  user: QueryFilter.shape.user,
  scope: QueryFilter.shape.scope,
  executions: Limit(50, 500),
});

const insightRoutes =
  (queries: ClusterQueries): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/clusters/:id/queries',
      {
        schema: {
          tags,
          operationId: 'listQueries',
          summary: 'What ended queries did, grouped by their shape, user, table, kind or error',
          description:
            'Read from the query_log of each node when it is asked for, within MONITOR_QUERY_ROWS and MONITOR_QUERY_TIME. `nodes` says of each node whether it answered, from when on its queries are counted, and what was asked. Where there is nothing, `empty` says why.',
          params: ClusterId,
          querystring: ListQuery,
          response: { 200: envelope(QueriesData, NoMeta), ...failures },
        },
      },
      async (request, reply) => {
        const { from, to, by, sort, limit, ...filter } = request.query;
        const range = rangeOf(spanOf(from, to));
        const question = { range, filter, by, sort, limit };
        return answer(await queries.list(request.params.id, question, callerSignal(reply)));
      },
    );
    app.get(
      '/clusters/:id/queries/:hash',
      {
        schema: {
          tags,
          operationId: 'getQuery',
          summary: 'One shape of queries: numbers, trend, users, tables, errors, executions',
          params: ClusterId.extend({ hash: z.string().regex(/^\d{1,20}$/) }),
          querystring: ShowQuery,
          response: { 200: envelope(QueryData, NoMeta), ...failures },
        },
      },
      async (request, reply) => {
        const { from, to, executions, ...filter } = request.query;
        const { id, hash } = request.params;
        const question = { range: rangeOf(spanOf(from, to)), filter, hash, executions };
        return answer(await queries.show(id, question, callerSignal(reply)));
      },
    );
  };

const spanOf = (from: string | undefined, to: string | undefined) => ({
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
});

const runningRoutes =
  (queries: ClusterQueries): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/clusters/:id/queries/running',
      {
        schema: {
          tags,
          operationId: 'listRunningQueries',
          summary: 'What runs on all nodes now, the longest first',
          params: ClusterId,
          response: { 200: envelope(RunningData, NoMeta), ...failures },
        },
      },
      async (request, reply) =>
        answer(await queries.running(request.params.id, callerSignal(reply))),
    );
    app.post(
      '/clusters/:id/queries/kill',
      {
        schema: {
          tags,
          operationId: 'killQuery',
          summary: 'Kill one running query, where CASTELLAN_KILL_QUERIES allows it',
          description:
            'The query is named by what tells it from any other: node, id, user, hash of its text and start. The server is given all of that as the condition, so that a query that took the id since is not killed. `confirm` has to be the id once more. `dryRun` only says which statement would run where, and whether the server would do it. Each try that is no dry run is kept.',
          params: ClusterId,
          body: KillBody,
          response: { 200: envelope(KillData, NoMeta), ...failures },
        },
      },
      async (request) => {
        const actor = { name: request.caller ?? 'unknown', address: request.ip };
        return answer(await queries.kill(request.params.id, request.body, actor));
      },
    );
    app.get(
      '/clusters/:id/queries/kills',
      {
        schema: {
          tags,
          operationId: 'listKilledQueries',
          summary: 'Who tried to kill which query, and how it ended; the newest first',
          params: ClusterId,
          querystring: z.object({ limit: Limit(100, 1_000) }),
          response: { 200: envelope(KillsData, NoMeta), ...failures },
        },
      },
      async (request) => answer(await queries.kills(request.params.id, request.query.limit)),
    );
  };

/** The queries of a cluster below `/api/v1`. */
export const queryRoutes =
  (queries: ClusterQueries): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(insightRoutes(queries));
    await app.register(runningRoutes(queries));
  };
