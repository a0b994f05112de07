import { guardReadOnly } from '../../../core/search/read-only-guard.ts';
import type { Statement } from '../../../core/search/statement-guard.ts';
import { EngineError } from './engine-error.ts';
import type { FrontRequest } from './front-request.ts';

/** Databases without which the engine cannot be opened again. */
const engineDatabases = new Set(['default', 'system', 'information_schema', 'INFORMATION_SCHEMA']);

/** Throws when this caller may not run this statement, beyond what the engine itself enforces. */
export function checkAccess(request: FrontRequest, statement: Statement): void {
  const { verb, tokens } = statement;
  if (request.readOnly !== 0 && statement.kind !== 'read')
    throw new EngineError(`Cannot execute ${verb} in readonly mode`, {
      code: 164,
      name: 'READONLY',
    });
  if (request.readOnly === 1) {
    const refused = guardReadOnly(statement, request.params);
    if (refused) throw new EngineError(refused.message, { code: 497, name: 'ACCESS_DENIED' });
  }
  const has = (word: string): boolean => tokens.some((token) => token.text.toUpperCase() === word);
  if (verb === 'KILL' && has('SYNC'))
    throw new EngineError('KILL … SYNC can hang in the embedded engine; use ASYNC', {
      code: 48,
      name: 'NOT_IMPLEMENTED',
    });
  if (verb === 'DROP' && has('DATABASE') && tokens.some(({ value }) => engineDatabases.has(value)))
    throw new EngineError('the embedded engine cannot be opened without this database', {
      code: 48,
      name: 'NOT_IMPLEMENTED',
    });
}
