import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { failure } from '../../../model/api/envelope.ts';
import { RequestFailure } from '../../../model/api/failure.ts';

export const failures = { '4xx': failure, '5xx': failure } as const;
export const NoMeta = z.object({});
export const tags = ['alerts'];
export const Id = z.object({ id: z.string().min(1).max(100) });
export const Removed = z.object({ id: z.string() });

/** Aborts when the caller goes away. */
export function callerSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort(new Error('the client left')));
  return gone.signal;
}

/** RFC 3339 or epoch milliseconds. Throws a RequestFailure that names the field. */
export function parseTimeMs(value: string | number, field: string): number {
  const text = String(value).trim();
  const ms = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text);
  const isTime = Number.isFinite(ms) && (/^-?\d/.test(text) || typeof value === 'number');
  if (isTime && Math.abs(ms) <= 8.64e15) return ms;
  throw new RequestFailure(
    'invalid_request',
    `${field}: "${text.slice(0, 60)}" is not a time; write RFC 3339 or epoch milliseconds`,
  );
}
