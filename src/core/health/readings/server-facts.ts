import { computed, defineReading, number, text } from './reading-definition.ts';

/** Certificates that the server itself is configured with; `not_after` is a text. */
export const certificates = defineReading({
  name: 'certificates',
  tier: 'daily',
  table: 'certificates',
  columns: {
    path: text('path'),
    subject: text('subject'),
    secondsLeft: number(
      'not_after',
      'toInt64(parseDateTimeBestEffortOrNull(not_after)) - toInt64(now())',
    ),
  },
  where: [{ needs: ['default'], sql: 'default = 0' }],
  limit: 1_000,
  absent: 'Needs ClickHouse 22.7 or newer.',
});

/**
 * Processor cores as the server counts them, within the limits of its container: what it takes for
 * max_threads when nobody sets it.
 */
export const processorCores = defineReading({
  name: 'processor_cores',
  tier: 'daily',
  table: 'settings',
  columns: {
    cores: computed(
      'number',
      { needs: ['default'], sql: "nullIf(toUInt32OrZero(extract(default, '([0-9]+)')), 0)" },
      {
        needs: ['value', 'changed'],
        sql: "if(changed AND value NOT LIKE 'auto%', NULL, toUInt32OrZero(extract(value, '([0-9]+)')))",
      },
    ),
  },
  where: [{ needs: ['name'], sql: "name = 'max_threads'" }],
});
