import { z } from 'zod';
import { answer, envelope } from '../../../model/api/envelope.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { DeadLettersData, ReplayData } from '../../../model/api/operation-api.ts';
import type { Front } from '../http/front.ts';
import type { Pipeline, PipelineState } from './pipeline.ts';

const NoMeta = z.object({});
const Id = z.object({ id: z.string().min(1).max(200) });

function running(state: PipelineState): Pipeline {
  if (state.running) return state.running;
  throw new RequestFailure('unavailable', 'the spool is starting', { retryAfterSeconds: 1 });
}

const notFound = (id: string) =>
  new RequestFailure('not_found', `there is no dead letter ${id}`, {
    hint: 'GET /api/v1/dead-letters lists them.',
  });

/** `GET /dead-letters`, `POST /dead-letters/{id}/replay`, `DELETE /dead-letters/{id}`. */
export function registerDeadLetterRoutes(app: Front, state: PipelineState): void {
  const tags = ['operation'];
  app.get(
    '/api/v1/dead-letters',
    {
      schema: {
        tags,
        operationId: 'listDeadLetters',
        summary: 'Data that the store rejected for its content, with the reason.',
        response: { 200: envelope(DeadLettersData, NoMeta) },
      },
    },
    async () => answer({ deadLetters: [...(await running(state).listDeadLetters())] }),
  );
  app.post(
    '/api/v1/dead-letters/:id/replay',
    {
      schema: {
        tags,
        operationId: 'replayDeadLetter',
        summary: 'Give a dead letter to the store once more.',
        params: Id,
        response: { 200: envelope(ReplayData, NoMeta) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const outcome = await running(state).replayDeadLetter(id);
      if (outcome === 'not_found') throw notFound(id);
      return answer({ id, outcome });
    },
  );
  app.delete(
    '/api/v1/dead-letters/:id',
    {
      schema: {
        tags,
        operationId: 'deleteDeadLetter',
        summary: 'Delete a dead letter: its data is gone.',
        params: Id,
        response: { 200: envelope(z.object({ id: z.string() }), NoMeta) },
      },
    },
    async (request) => {
      const { id } = request.params;
      if (!(await running(state).deleteDeadLetter(id))) throw notFound(id);
      return answer({ id });
    },
  );
}
