import { err, ok, type Result } from './result.ts';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/**
 * Parses durations as people write them: `30d`, `12h`, `1h30m`, `250ms`, and `0`.
 * Returns milliseconds. The error is a sentence that says what is accepted.
 */
export function parseDurationMs(text: string): Result<number, string> {
  const trimmed = text.trim();
  if (trimmed === '0') return ok(0);
  const part = /(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/gy;
  let totalMs = 0;
  let end = 0;
  for (let match = part.exec(trimmed); match !== null; match = part.exec(trimmed)) {
    totalMs += Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
    end = part.lastIndex;
  }
  if (end === 0 || end !== trimmed.length)
    return err(`"${text}" is not a duration; write for example 30d, 12h, 1h30m, 250ms or 0`);
  return ok(totalMs);
}
