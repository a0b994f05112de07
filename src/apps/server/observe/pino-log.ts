import { type DestinationStream, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Logger } from '../../../base/log.ts';

/** How events are written. */
export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** `auto`: pretty where the output is a terminal. */
  readonly format: 'auto' | 'json' | 'pretty';
  readonly output?: NodeJS.WriteStream | DestinationStream;
}

/** Field names whose values are never written, on the first two levels. */
const secretFields = ['password', 'secret', 'token', 'authorization', 'cookie'];

/** One JSON object a line on standard output: `time`, `level`, `event` and the event's fields. */
export function startLog(options: LogOptions): Logger {
  const output = options.output ?? process.stdout;
  const terminal = 'isTTY' in output && output.isTTY === true;
  const isPretty = options.format === 'pretty' || (options.format === 'auto' && terminal);
  const log = pino(
    {
      level: options.level,
      messageKey: 'event',
      errorKey: 'error',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err, cause: pino.stdSerializers.err },
      redact: {
        paths: secretFields.flatMap((name) => [name, `*.${name}`]),
        censor: '********',
      },
    },
    isPretty
      ? pretty({
          colorize: terminal && !process.env.NO_COLOR,
          messageKey: 'event',
          errorLikeObjectKeys: ['error', 'cause'],
          translateTime: 'SYS:HH:MM:ss.l',
          sync: true,
          destination: output,
        })
      : output,
  );
  return {
    debug: (event, fields) => log.debug(fields ?? {}, event),
    info: (event, fields) => log.info(fields ?? {}, event),
    warn: (event, fields) => log.warn(fields ?? {}, event),
    error: (event, fields) => log.error(fields ?? {}, event),
  };
}
