import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { showAlert } from '../../../core/alerting/index.ts';
import {
  AckBody,
  Alert,
  AlertsData,
  AlertsMeta,
  AlertsQuery,
} from '../../../model/alert/alert-api.ts';
import { answer, envelope } from '../../../model/api/envelope.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { AlertParts } from '../alert-parts.ts';
import { failures, Id, NoMeta, parseTimeMs, tags } from './route-parts.ts';

const AlertData = z.object({ alert: Alert });

/** `GET /alerts`, `GET /alerts/{id}`, `POST /alerts/{id}/ack`. */
export const alertRoutes =
  ({ alerts, engine, now }: AlertParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/alerts',
      {
        schema: {
          tags,
          operationId: 'listAlerts',
          summary: 'Alerts, newest first: active ones by default, or the history',
          querystring: AlertsQuery,
          response: { 200: envelope(AlertsData, AlertsMeta), ...failures },
        },
      },
      async ({ query }) => {
        const { state, q = '', cluster, severity, from, to, limit, cursor } = query;
        const found = await alerts.find({
          state,
          words: q.split(/\s+/).filter((word) => word !== ''),
          cluster,
          severity,
          fromMs: from === undefined ? undefined : parseTimeMs(from, 'from'),
          toMs: to === undefined ? undefined : parseTimeMs(to, 'to'),
          limit,
          after: cursor === undefined ? undefined : parseCursor(cursor),
        });
        const page = found.slice(0, limit);
        const last = page.at(-1);
        return answer(
          { alerts: page.map(showAlert) },
          { cursor: last && found.length > limit ? `${last.sinceMs}.${last.id}` : null },
        );
      },
    );

    app.get(
      '/alerts/:id',
      {
        schema: {
          tags,
          operationId: 'getAlert',
          summary: 'One alert, also one that is over. Reading it changes nothing.',
          params: Id,
          response: { 200: envelope(AlertData, NoMeta), ...failures },
        },
      },
      async ({ params }) => {
        const found = await alerts.get(params.id);
        if (!found)
          throw new RequestFailure('not_found', `there is no alert ${params.id}`, {
            hint: 'GET /api/v1/alerts?state=all lists them.',
          });
        return answer({ alert: showAlert(found) });
      },
    );

    app.post(
      '/alerts/:id/ack',
      {
        schema: {
          tags,
          operationId: 'acknowledgeAlert',
          summary: 'Somebody looks after it: no more reminders, unless it gets worse',
          params: Id,
          body: AckBody.nullish(),
          response: { 200: envelope(AlertData, NoMeta), ...failures },
        },
      },
      async ({ params, body }) => {
        const { by, note } = AckBody.parse(body ?? {});
        const who = { by, ...(note === undefined ? {} : { note }) };
        return answer({ alert: showAlert(await engine.acknowledge(params.id, who, now())) });
      },
    );
  };

function parseCursor(cursor: string): { sinceMs: number; id: string } {
  const [, since, id] = /^(\d+)\.(.+)$/.exec(cursor) ?? [];
  if (since === undefined || id === undefined)
    throw new RequestFailure('invalid_request', 'cursor: this is not a cursor of this list');
  return { sinceMs: Number(since), id };
}
