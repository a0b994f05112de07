import { quietExceptionText } from '../../../base/query-shape.ts';
import { computed, flag, number, text } from '../readings/reading-definition.ts';

/** A DateTime as epoch seconds; absent where it was never set. */
export const time = (column: string, sql = column) =>
  number(column, `nullIf(toUnixTimestamp(${sql}), 0)`);

/** A replica that never had anything to do shows the time since 1970 as its delay. */
const longestDelaySeconds = 20 * 365 * 86_400;

export const delay = number(
  'absolute_delay',
  `if(absolute_delay < ${longestDelaySeconds}, absolute_delay, NULL)`,
);

/** An entry of `system.replication_queue`. */
export const queueColumns = {
  type: text('type'),
  part: text('new_part_name'),
  createdAt: time('create_time'),
  executing: flag('is_currently_executing'),
  tries: number('num_tries'),
  lastException: text('last_exception', quietExceptionText('last_exception')),
  postponed: number('num_postponed'),
  postponeReason: text('postpone_reason', 'substring(postpone_reason, 1, 300)'),
};

/** A row of `system.merges`, with what it still needs at the pace so far. */
export const mergeColumns = {
  part: text('result_part_name'),
  isMutation: flag('is_mutation'),
  parts: number('num_parts'),
  bytes: number('total_size_bytes_compressed'),
  elapsedSeconds: number('elapsed'),
  progressShare: number('progress'),
  remainingSeconds: computed('number', {
    needs: ['elapsed', 'progress'],
    sql: 'if(progress > 0, elapsed / progress - elapsed, NULL)',
  }),
  memoryBytes: number('memory_usage'),
};

/** A row of `system.mutations`. */
export const mutationColumns = {
  mutation: text('mutation_id'),
  command: text('command', 'substring(command, 1, 300)'),
  createdAt: time('create_time'),
  partsToDo: number('parts_to_do'),
  failReason: text('latest_fail_reason', quietExceptionText('latest_fail_reason')),
  failedPart: text('latest_failed_part'),
  failedAt: time('latest_fail_time'),
};
