import { inspect } from 'node:util';
import type { Logger } from '../../base/log.ts';

/** An event of a worker thread's log, on its way to the main thread. */
export interface PostedLog {
  readonly kind: 'log';
  readonly level: keyof Logger;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A logger that hands its events to the main thread; errors travel as text, causes included. */
export function postingLogger(post: (message: PostedLog) => void): Logger {
  const write =
    (level: keyof Logger) =>
    (event: string, fields: Readonly<Record<string, unknown>> = {}) => {
      const plain = Object.entries(fields).map(([name, value]) => [
        name,
        value instanceof Error ? inspect(value) : value,
      ]);
      post({ kind: 'log', level, event, fields: Object.fromEntries(plain) });
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
