import type { Statement } from '../../../core/search/statement-guard.ts';
import { EngineError } from './engine-error.ts';
import type { FrontRequest } from './front-request.ts';

/** Why this caller may not run this statement, beyond what the engine itself enforces. */
export function checkAccess(request: FrontRequest, statement: Statement): EngineError | undefined {
  if (request.readOnly !== 0 && statement.kind !== 'read')
    return new EngineError(`Cannot execute ${statement.verb} in readonly mode`, {
      code: 164,
      name: 'READONLY',
    });
  if (
    statement.verb === 'KILL' &&
    statement.tokens.some((token) => token.text.toUpperCase() === 'SYNC')
  )
    return new EngineError('KILL … SYNC can hang in the embedded engine; use ASYNC', {
      code: 48,
      name: 'NOT_IMPLEMENTED',
    });
  return undefined;
}
