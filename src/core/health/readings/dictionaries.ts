import { exceptionText } from '../../../base/query-shape.ts';
import { computed, defineReading, number, text } from './reading-definition.ts';

/** Dictionaries. Servers before 19.7 have no status: one that failed at once has no type. */
export const dictionaries = defineReading({
  name: 'dictionaries',
  tier: 'state',
  table: 'dictionaries',
  columns: {
    database: text('database'),
    name: text('name'),
    status: computed(
      'text',
      { needs: ['status'], sql: 'toString(status)' },
      {
        needs: ['last_exception', 'element_count', 'creation_time'],
        sql: "multiIf(last_exception != '' AND toUInt32(creation_time) = 0, 'FAILED', 'LOADED')",
      },
    ),
    source: text('source', 'substring(source, 1, 200)'),
    bytes: number('bytes_allocated'),
    elements: number('element_count'),
    lifetimeMaxSeconds: number('lifetime_max'),
    ageSeconds: number(
      'last_successful_update_time',
      'if(toUInt32(last_successful_update_time) = 0, NULL, toInt64(now()) - toInt64(last_successful_update_time))',
    ),
    lastException: text('last_exception', exceptionText('last_exception')),
  },
  orderBy: [{ needs: ['last_exception'], sql: "last_exception = ''" }],
  limit: 2_000,
});
