import { parseDurationMs } from '../../base/duration.ts';
import { CommandFailure } from './command-failure.ts';
import { exitCode } from './exit-code.ts';

/**
 * A time of the command line as the API takes it: `15m` is that long before `nowMs`, `now`, epoch
 * milliseconds, or RFC 3339. Throws a CommandFailure.
 */
export function parseTimeArgument(flag: string, text: string, nowMs: number): string {
  const trimmed = text.trim();
  if (trimmed === 'now') return new Date(nowMs).toISOString();
  if (/^\d{9,}$/.test(trimmed)) return new Date(Number(trimmed)).toISOString();
  const ago = parseDurationMs(trimmed.replace(/^-/, ''));
  if (ago.ok) return new Date(nowMs - ago.value).toISOString();
  if (/^\d{4}-\d{2}-\d{2}/.test(trimmed) && !Number.isNaN(Date.parse(trimmed)))
    return /[zZ]|[+-]\d{2}:?\d{2}$/.test(trimmed) ? trimmed : new Date(trimmed).toISOString();
  throw new CommandFailure(exitCode.usage, `${flag}: "${text}" is not a time`, {
    hint: 'Write how long ago, as 15m or 2h, or a time as 2026-01-02T03:04:05Z.',
  });
}
