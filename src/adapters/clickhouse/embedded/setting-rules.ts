/** Parameters of the HTTP interface itself; everything else in the URL is a setting. */
export const interfaceParameters: ReadonlySet<string> = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'user',
  'password',
  'quota_key',
  'role',
  'session_id',
  'session_timeout',
  'session_check',
  'close_session',
  'compress',
  'decompress',
  'wait_end_of_query',
  'buffer_size',
  'stacktrace',
  'client_protocol_version',
  'http_response_headers',
  // Settings that the server's HTTP layer acts on, and so does ours.
  'enable_http_compression',
  'http_zlib_compression_level',
  'http_native_compression_disable_checksumming_on_decompress',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'http_wait_end_of_query',
  'http_response_buffer_size',
  'cancel_http_readonly_queries_on_client_close',
  'send_logs_level',
  'readonly',
  'log_comment',
]);

/** Settings that a reader from outside may choose: how results look, and limits (capped below). */
const readerSettings = new Set([
  'allow_experimental_analyzer',
  'enable_analyzer',
  'allow_suspicious_low_cardinality_types',
  'allow_experimental_json_type',
  'allow_experimental_variant_type',
  'allow_experimental_dynamic_type',
  'any_join_distinct_right_table_keys',
  'cast_keep_nullable',
  'compile_expressions',
  'convert_query_to_cnf',
  'count_distinct_implementation',
  'data_type_default_nullable',
  'date_time_input_format',
  'date_time_output_format',
  'distinct_overflow_mode',
  'do_not_merge_across_partitions_select_final',
  'empty_result_for_aggregation_by_empty_set',
  'enable_optimize_predicate_expression',
  'exact_rows_before_limit',
  'extremes',
  'final',
  'force_index_by_date',
  'force_primary_key',
  'group_by_overflow_mode',
  'group_by_use_nulls',
  'join_algorithm',
  'join_use_nulls',
  'limit',
  'offset',
  'prefer_column_name_to_alias',
  'query_plan_read_in_order',
  'read_overflow_mode',
  'result_overflow_mode',
  'session_timezone',
  'timeout_overflow_mode',
  'totals_mode',
  'transform_null_in',
  'union_default_mode',
  'use_query_cache',
  'use_skip_indexes',
  'use_skip_indexes_if_final',
  'use_skip_indexes_on_data_read',
  'use_uncompressed_cache',
]);
const readerPrefixes = /^(?:output_format_|format_(?!schema)|optimize_)/;

/** Limits that a reader may lower but neither raise nor lift. */
export const readerLimits: ReadonlyMap<string, number> = new Map([
  ['max_execution_time', 600],
  ['max_memory_usage', 4 * 2 ** 30],
  ['max_result_rows', 10_000_000],
  ['max_result_bytes', 2 ** 30],
  ['max_rows_to_read', Number.MAX_SAFE_INTEGER],
  ['max_bytes_to_read', Number.MAX_SAFE_INTEGER],
  ['max_rows_to_group_by', Number.MAX_SAFE_INTEGER],
  ['max_columns_to_read', 10_000],
  ['max_threads', Number.MAX_SAFE_INTEGER],
  ['max_block_size', Number.MAX_SAFE_INTEGER],
]);

export type SettingVerdict =
  | { readonly kind: 'use'; readonly value: string }
  | { readonly kind: 'refuse'; readonly message: string };

/**
 * Whether a setting from the URL may reach the engine. Castellan itself may set any (it may run
 * any statement anyway); a reader may set what shapes an answer, and lower limits.
 */
export function judgeSetting(
  name: string,
  value: string,
  access: 'full' | 'read_only',
): SettingVerdict {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,127}$/.test(name))
    return { kind: 'refuse', message: `"${name.slice(0, 80)}" is not the name of a setting` };
  if (access === 'full') return { kind: 'use', value };
  const limit = readerLimits.get(name);
  if (limit !== undefined) {
    const wanted = Number(value);
    if (!Number.isFinite(wanted) || wanted < 0)
      return { kind: 'refuse', message: `${name} takes a number, not "${value.slice(0, 40)}"` };
    const unlimited = limit === Number.MAX_SAFE_INTEGER;
    const capped = wanted === 0 ? limit : Math.min(wanted, limit);
    return { kind: 'use', value: String(unlimited ? wanted : capped) };
  }
  if (readerSettings.has(name) || readerPrefixes.test(name)) return { kind: 'use', value };
  return { kind: 'refuse', message: `the setting ${name} is not available to readers` };
}
