import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { DeliveryError } from '../../../adapters/notify/index.ts';
import { testMessage } from '../../../core/alerting/index.ts';
import {
  ChannelBody,
  ChannelChange,
  ChannelData,
  ChannelsData,
  ChannelTestData,
  DeliveriesData,
  DeliveriesQuery,
} from '../../../model/alert/channel-api.ts';
import { answer, envelope } from '../../../model/api/envelope.ts';
import type { AlertParts } from '../alert-parts.ts';
import { newId } from '../store/new-id.ts';
import { callerSignal, failures, Id, NoMeta, Removed, tags } from './route-parts.ts';

const One = envelope(ChannelData, NoMeta);

/** `GET/POST/PUT/DELETE /channels`. */
const changeRoutes =
  ({ channels }: AlertParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/channels',
      {
        schema: {
          tags,
          operationId: 'listChannels',
          summary: 'Where messages go; secrets are not shown',
          response: { 200: envelope(ChannelsData, NoMeta), ...failures },
        },
      },
      async () => answer({ channels: await channels.list() }),
    );
    app.post(
      '/channels',
      {
        schema: {
          tags,
          operationId: 'createChannel',
          summary: 'Add a channel: Slack, a webhook, or e-mail',
          body: ChannelBody,
          response: { 201: One, ...failures },
        },
      },
      async ({ body }, reply) =>
        reply.code(201).send(answer({ channel: await channels.create(body) })),
    );
    app.put(
      '/channels/:id',
      {
        schema: {
          tags,
          operationId: 'replaceChannel',
          summary: 'Change a channel; secrets that are left out stay, unless the target changes',
          params: Id,
          body: ChannelChange,
          response: { 200: One, ...failures },
        },
      },
      async ({ params, body }) => answer({ channel: await channels.change(params.id, body) }),
    );
    app.delete(
      '/channels/:id',
      {
        schema: {
          tags,
          operationId: 'removeChannel',
          summary: 'Remove a channel; what waits for it is not sent',
          params: Id,
          response: { 200: envelope(Removed, NoMeta), ...failures },
        },
      },
      async ({ params }) => {
        await channels.remove(params.id);
        return answer({ id: params.id });
      },
    );
  };

/** `POST /channels/{id}/test`, `GET /deliveries`. */
const deliveryRoutes =
  ({ channels, deliveries, worker, publicUrl, now }: AlertParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/channels/:id/test',
      {
        schema: {
          tags,
          operationId: 'testChannel',
          summary: 'Send a test message now, once',
          description: 'Always 200: a channel that does not work is an answer.',
          params: Id,
          response: { 200: envelope(ChannelTestData, NoMeta), ...failures },
        },
      },
      async ({ params }, reply) => {
        const channel = await channels.open(params.id);
        const addressee = { id: channel.id, name: channel.body.name };
        const message = testMessage(`test-${newId()}`, now(), publicUrl());
        const startedMs = performance.now();
        const elapsedMs = () => Math.round(performance.now() - startedMs);
        try {
          await worker.sendNow(channel, message, callerSignal(reply));
          await deliveries.addTest(addressee, message);
          return answer({ ok: true, message: 'the message was accepted', elapsedMs: elapsedMs() });
        } catch (error) {
          if (!(error instanceof DeliveryError)) throw error;
          await deliveries.addTest(addressee, message, error.message);
          const hint = error.hint === undefined ? {} : { hint: error.hint };
          return answer({ ok: false, message: error.message, ...hint, elapsedMs: elapsedMs() });
        }
      },
    );
    app.get(
      '/deliveries',
      {
        schema: {
          tags,
          operationId: 'listDeliveries',
          summary: 'The delivery log, newest first',
          querystring: DeliveriesQuery,
          response: { 200: envelope(DeliveriesData, NoMeta), ...failures },
        },
      },
      async ({ query }) => answer({ deliveries: await deliveries.list(query) }),
    );
  };

export const channelRoutes =
  (parts: AlertParts): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(changeRoutes(parts));
    await app.register(deliveryRoutes(parts));
  };
