import type { FastifyReply } from 'fastify';

/** Aborts when the client leaves before the answer was sent: its query is then cancelled. */
export function clientSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new Error('the client left'));
  });
  return controller.signal;
}

/** Cuts off a client that takes nothing of a stream for `stalledMs`: what waits for it is memory. */
export function endWhenStalled(reply: FastifyReply, stalledMs: number): void {
  reply.raw.setTimeout(stalledMs, () => reply.raw.destroy());
}
