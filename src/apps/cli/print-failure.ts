import { CommandFailure } from './command-failure.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** The line of `text` that `position` begins in, with a caret below each letter that it covers. */
export function renderCaret(text: string, position: { start: number; end: number }): string {
  const start = Math.min(position.start, text.length);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const nextBreak = text.indexOf('\n', start);
  const lineEnd = nextBreak < 0 ? text.length : nextBreak;
  const line = text.slice(lineStart, lineEnd).replaceAll('\t', ' ');
  const length = Math.max(1, Math.min(position.end, lineEnd) - start);
  return `${line}\n${' '.repeat(start - lineStart)}${'^'.repeat(length)}`;
}

/** Tells a person why a command failed, and returns the exit code. */
export function printFailure(terminal: Terminal, error: unknown, query?: string): number {
  const { errColors: colors, err } = terminal;
  if (terminal.interrupted.aborted) {
    err(colors.dim('Stopped.'));
    return exitCode.interrupted;
  }
  const failure =
    error instanceof CommandFailure
      ? error
      : new CommandFailure(exitCode.failure, error instanceof Error ? error.message : `${error}`, {
          cause: error,
        });
  err(`${colors.red('error:')} ${failure.message}`);
  if (query !== undefined && failure.position)
    for (const line of renderCaret(query, failure.position).split('\n')) err(`  ${line}`);
  if (failure.hint) err(`${colors.cyan('hint:')} ${failure.hint}`);
  if (terminal.env.CASTELLAN_DEBUG && failure.cause) err(String((failure.cause as Error).stack));
  return failure.exitCode;
}
