import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { failure } from '../../../model/api/envelope.ts';

export const failures = { '4xx': failure, '5xx': failure } as const;
export const NoMeta = z.object({});
export const tags = ['fleet'];

export const ClusterId = z.object({ id: z.string().min(1).max(100) });

/** Aborts when the caller goes away. */
export function callerSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
