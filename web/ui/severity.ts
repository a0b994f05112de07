/** The colour of a severity or a span status, as a CSS colour. */
const words: readonly [RegExp, string][] = [
  [/^(fatal|emerg|alert|crit)/i, 'fatal'],
  [/^err/i, 'error'],
  [/^(warn|notice)/i, 'warn'],
  [/^info/i, 'info'],
  [/^(debug|dbug)/i, 'debug'],
  [/^(trace|verbose)/i, 'trace'],
  [/^ok$/i, 'ok'],
  [/^unset$/i, 'unset'],
];

/** Severity numbers of OpenTelemetry: four to a level, from 1. */
const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

export type Severity =
  | 'trace'
  | 'debug'
  | 'info'
  | 'warn'
  | 'error'
  | 'fatal'
  | 'ok'
  | 'unset'
  | 'none';

/** By the text where it is a known word, else by the number, else `none`. */
export function severityOf(text: string, number = 0): Severity {
  const byText = words.find(([pattern]) => pattern.test(text))?.[1];
  const byNumber = number >= 1 && number <= 24 ? levels[Math.floor((number - 1) / 4)] : undefined;
  return (byText ?? byNumber ?? 'none') as Severity;
}

export const severityColor = (severity: Severity): string => `var(--sev-${severity})`;

const order: readonly Severity[] = [
  'fatal',
  'error',
  'warn',
  'info',
  'debug',
  'trace',
  'ok',
  'unset',
  'none',
];

/** Worst first. */
export const bySeverity = (a: string, b: string): number =>
  order.indexOf(severityOf(a)) - order.indexOf(severityOf(b)) || (a < b ? -1 : 1);
