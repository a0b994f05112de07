import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import {
  MaintenanceBody,
  MaintenanceWindowData,
  MaintenanceWindowsData,
  SilenceBody,
  SilenceData,
  SilencesData,
} from '../../../model/alert/silence-api.ts';
import { answer, envelope } from '../../../model/api/envelope.ts';
import type { AlertParts } from '../alert-parts.ts';
import { failures, Id, NoMeta, Removed, tags } from './route-parts.ts';

/** `GET/POST/PUT/DELETE /silences`. */
export const silenceRoutes =
  ({ silences, refresh }: AlertParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/silences',
      {
        schema: {
          tags,
          operationId: 'listSilences',
          summary: 'Silences, also those that are over',
          response: { 200: envelope(SilencesData, NoMeta), ...failures },
        },
      },
      async () => answer({ silences: await silences.list() }),
    );
    app.post(
      '/silences',
      {
        schema: {
          tags,
          operationId: 'createSilence',
          summary: 'Keep alerts quiet for a while; they go on, and nobody is told',
          body: SilenceBody,
          response: { 201: envelope(SilenceData, NoMeta), ...failures },
        },
      },
      async ({ body }, reply) => {
        const silence = await silences.create(body);
        await refresh();
        return reply.code(201).send(answer({ silence }));
      },
    );
    app.put(
      '/silences/:id',
      {
        schema: {
          tags,
          operationId: 'replaceSilence',
          summary: 'Change a silence that is not over: what it fits, until when, why',
          description: 'Without `startsAt` it keeps its beginning; `duration` counts from now.',
          params: Id,
          body: SilenceBody,
          response: { 200: envelope(SilenceData, NoMeta), ...failures },
        },
      },
      async ({ params, body }) => {
        const silence = await silences.replace(params.id, body);
        await refresh();
        return answer({ silence });
      },
    );
    app.delete(
      '/silences/:id',
      {
        schema: {
          tags,
          operationId: 'endSilence',
          summary: 'End a silence now',
          params: Id,
          response: { 200: envelope(Removed, NoMeta), ...failures },
        },
      },
      async ({ params }) => {
        await silences.end(params.id);
        await refresh();
        return answer({ id: params.id });
      },
    );
  };

/** `GET/POST/PUT/DELETE /maintenance`. */
export const maintenanceRoutes =
  ({ maintenance, refresh }: AlertParts): FastifyPluginAsyncZod =>
  async (app) => {
    const Window = envelope(MaintenanceWindowData, NoMeta);
    app.get(
      '/maintenance',
      {
        schema: {
          tags,
          operationId: 'listMaintenance',
          summary: 'Maintenance windows, with the span that holds and the next one',
          response: { 200: envelope(MaintenanceWindowsData, NoMeta), ...failures },
        },
      },
      async () => answer({ windows: await maintenance.list() }),
    );
    app.post(
      '/maintenance',
      {
        schema: {
          tags,
          operationId: 'createMaintenance',
          summary: 'Plan quiet times, once or by a schedule',
          body: MaintenanceBody,
          response: { 201: Window, ...failures },
        },
      },
      async ({ body }, reply) => {
        const window = await maintenance.create(body);
        await refresh();
        return reply.code(201).send(answer({ window }));
      },
    );
    app.put(
      '/maintenance/:id',
      {
        schema: {
          tags,
          operationId: 'replaceMaintenance',
          summary: 'Change a maintenance window',
          params: Id,
          body: MaintenanceBody,
          response: { 200: Window, ...failures },
        },
      },
      async ({ params, body }) => {
        const window = await maintenance.replace(params.id, body);
        await refresh();
        return answer({ window });
      },
    );
    app.delete(
      '/maintenance/:id',
      {
        schema: {
          tags,
          operationId: 'removeMaintenance',
          summary: 'Remove a maintenance window; it ends now where it holds',
          params: Id,
          response: { 200: envelope(Removed, NoMeta), ...failures },
        },
      },
      async ({ params }) => {
        await maintenance.remove(params.id);
        await refresh();
        return answer({ id: params.id });
      },
    );
  };
