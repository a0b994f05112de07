import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { planRange } from '../../../core/search/instants.ts';
import { failure } from '../../../model/api/envelope.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { MsRange } from '../fleet.ts';

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

/** RFC 3339 or epoch milliseconds; the last 15 minutes where absent. */
export const Range = z.object({ from: z.string().optional(), to: z.string().optional() });

const nsPerMs = 1_000_000n;

export function rangeOf(query: z.output<typeof Range>): MsRange {
  const planned = planRange(query, BigInt(Date.now()) * nsPerMs);
  if (!planned.ok)
    throw new RequestFailure('invalid_request', `${planned.error.field}: ${planned.error.message}`);
  const { fromNs, toNs } = planned.value;
  return { fromMs: Number(fromNs / nsPerMs), toMs: Number(toNs / nsPerMs) };
}
