import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { answer, envelope } from '../../../model/api/envelope.ts';
import { CostData, HistoryData } from '../../../model/fleet/collecting-api.ts';
import {
  ReadingData,
  ReadingsData,
  ScoreHistoryData,
  SeriesData,
} from '../../../model/fleet/fleet-api.ts';
import type { Fleet } from '../fleet.ts';
import { ClusterId, failures, NoMeta, Range, rangeOf, tags } from './route-parts.ts';

const historyRoutes =
  (fleet: Fleet): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/clusters/:id/score',
      {
        schema: {
          tags,
          operationId: 'scoreHistory',
          summary: 'The score with its reasons, oldest first',
          description: 'A point where the score changed, and one each hour.',
          params: ClusterId,
          querystring: Range,
          response: { 200: envelope(ScoreHistoryData, NoMeta), ...failures },
        },
      },
      async (request) => answer(await fleet.score(request.params.id, rangeOf(request.query))),
    );
    app.get(
      '/clusters/:id/series',
      {
        schema: {
          tags,
          operationId: 'series',
          summary: 'A metric of each node over time',
          description:
            '`gauge:NAME` of system.metrics and system.asynchronous_metrics, `rate:NAME` of system.events, per second.',
          params: ClusterId,
          querystring: Range.extend({ metric: z.string().min(1).max(300) }),
          response: { 200: envelope(SeriesData, NoMeta), ...failures },
        },
      },
      async (request) => {
        const { metric, ...range } = request.query;
        return answer(await fleet.series(request.params.id, metric, rangeOf(range)));
      },
    );
  };

const readingRoutes =
  (fleet: Fleet): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/clusters/:id/readings',
      {
        schema: {
          tags,
          operationId: 'listReadings',
          summary: 'What can be looked at',
          params: ClusterId,
          response: { 200: envelope(ReadingsData, NoMeta), ...failures },
        },
      },
      async (request) => answer(await fleet.readings(request.params.id)),
    );
    app.get(
      '/clusters/:id/readings/:name',
      {
        schema: {
          tags,
          operationId: 'getReading',
          summary: 'The newest rows of one reading, of each node',
          params: ClusterId.extend({ name: z.string().min(1).max(100) }),
          response: { 200: envelope(ReadingData, NoMeta), ...failures },
        },
      },
      async (request) => answer(await fleet.reading(request.params.id, request.params.name)),
    );
    app.get(
      '/clusters/:id/cost',
      {
        schema: {
          tags,
          operationId: 'clusterCost',
          summary: 'What the monitor itself costs the cluster',
          params: ClusterId,
          response: { 200: envelope(CostData, NoMeta), ...failures },
        },
      },
      async (request) => answer(await fleet.cost(request.params.id)),
    );
    app.get(
      '/clusters/:id/history',
      {
        schema: {
          tags,
          operationId: 'clusterHistory',
          summary: 'How far the logs of its servers were read back when they were added',
          params: ClusterId,
          response: { 200: envelope(HistoryData, NoMeta), ...failures },
        },
      },
      async (request) => answer(await fleet.history(request.params.id)),
    );
  };

export const sampleRoutes =
  (fleet: Fleet): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(historyRoutes(fleet));
    await app.register(readingRoutes(fleet));
  };
