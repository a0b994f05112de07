import { z } from 'zod';
import { parseDurationMs } from '../../../base/duration.ts';
import {
  KeyBody,
  KeyCreated,
  KeysData,
  RotateBody,
  TokenBody,
  TokenCreated,
  TokensData,
} from '../../../model/access/access-api.ts';
import { answer, envelope } from '../../../model/api/envelope.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { Front } from '../http/front.ts';
import type { Keys } from './keys.ts';
import type { Tokens } from './tokens.ts';

const NoMeta = z.object({});
const Id = z.object({ id: z.string().min(1).max(100) });
const Removed = envelope(z.object({ id: z.string() }), NoMeta);
const maxOverlapMs = 90 * 86_400_000;

/** `GET/POST/DELETE /keys`, `POST /keys/{id}/rotate`. */
export function registerKeyRoutes(app: Front, keys: Keys): void {
  const tags = ['access'];
  app.get(
    '/api/v1/keys',
    {
      schema: {
        tags,
        operationId: 'listKeys',
        summary: 'Ingestion keys, with their limits and counters.',
        response: { 200: envelope(KeysData, NoMeta) },
      },
    },
    async () => answer({ keys: await keys.list() }),
  );
  app.post(
    '/api/v1/keys',
    {
      schema: {
        tags,
        operationId: 'createKey',
        summary: 'Make an ingestion key. The secret is in this answer only.',
        body: KeyBody,
        response: { 201: envelope(KeyCreated, NoMeta) },
      },
    },
    async (request, reply) => reply.code(201).send(answer(await keys.create(request.body))),
  );
  app.post(
    '/api/v1/keys/:id/rotate',
    {
      schema: {
        tags,
        operationId: 'rotateKey',
        summary: 'Give a key a new secret; the old one works until the overlap ends.',
        params: Id,
        body: RotateBody.nullish(),
        response: { 200: envelope(KeyCreated, NoMeta) },
      },
    },
    async (request) => {
      const { overlap } = RotateBody.parse(request.body ?? {});
      return answer(await keys.rotate(request.params.id, parseOverlapMs(overlap)));
    },
  );
  app.delete(
    '/api/v1/keys/:id',
    {
      schema: {
        tags,
        operationId: 'revokeKey',
        summary: 'Revoke a key: its secrets stop working at once.',
        params: Id,
        response: { 200: Removed },
      },
    },
    async (request) => {
      await keys.revoke(request.params.id);
      return answer({ id: request.params.id });
    },
  );
}

function parseOverlapMs(text: string): number {
  const parsed = parseDurationMs(text);
  if (!parsed.ok) throw new RequestFailure('invalid_request', `body.overlap: ${parsed.error}`);
  if (parsed.value > maxOverlapMs)
    throw new RequestFailure('invalid_request', 'body.overlap: at most 90d');
  return parsed.value;
}

/** `GET/POST/DELETE /tokens`. */
export function registerTokenRoutes(app: Front, tokens: Tokens): void {
  const tags = ['access'];
  app.get(
    '/api/v1/tokens',
    {
      schema: {
        tags,
        operationId: 'listTokens',
        summary: 'API tokens.',
        response: { 200: envelope(TokensData, NoMeta) },
      },
    },
    async () => answer({ tokens: await tokens.list() }),
  );
  app.post(
    '/api/v1/tokens',
    {
      schema: {
        tags,
        operationId: 'createToken',
        summary: 'Make an API token. The secret is in this answer only.',
        body: TokenBody,
        response: { 201: envelope(TokenCreated, NoMeta) },
      },
    },
    async (request, reply) => reply.code(201).send(answer(await tokens.create(request.body.name))),
  );
  app.delete(
    '/api/v1/tokens/:id',
    {
      schema: {
        tags,
        operationId: 'deleteToken',
        summary: 'Remove an API token: it stops working at once.',
        params: Id,
        response: { 200: Removed },
      },
    },
    async (request) => {
      await tokens.remove(request.params.id);
      return answer({ id: request.params.id });
    },
  );
}
