import type { Position } from '../../model/api/envelope.ts';
import type { ExitCode } from './exit-code.ts';

/** Why a command cannot go on, with what the person is told and the exit code. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  readonly position: Position | undefined;

  constructor(
    exitCode: ExitCode,
    message: string,
    more: { hint?: string | undefined; position?: Position | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
    this.hint = more.hint;
    this.position = more.position;
  }
}
