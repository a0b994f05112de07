import { shapeHash, shapeText } from './query-text.ts';
import { computed, defineReading, number, type RowOf, text } from './reading-definition.ts';

/**
 * Queries that have been running for at least ten seconds, the longest first. Servers whose
 * `ProfileEvents` is a map (21.9) have the functions that normalise.
 */
export const runningQueries = defineReading({
  name: 'running_queries',
  tier: 'state',
  table: 'processes',
  columns: {
    queryId: text('query_id'),
    user: text('user'),
    elapsedSeconds: number('elapsed'),
    memoryBytes: number('memory_usage'),
    readRows: number('read_rows'),
    cancelled: number('is_cancelled'),
    kind: computed(
      'text',
      { needs: ['query_kind'], sql: 'query_kind' },
      { needs: ['query'], sql: "extract(query, '^\\\\s*([a-zA-Z]+)')" },
    ),
    hash: shapeHash(
      { needs: ['normalized_query_hash'], sql: 'toString(normalized_query_hash)' },
      { needs: ['query', 'ProfileEvents'], sql: 'toString(normalizedQueryHash(query))' },
    ),
    shape: shapeText('query', ['ProfileEvents']),
  },
  where: [{ needs: ['elapsed'], sql: 'elapsed >= 10' }],
  orderBy: [{ needs: ['elapsed'], sql: 'elapsed DESC' }],
  limit: 100,
});

/** Kinds that are meant to take long. */
const patientKinds = new Set(['backup', 'restore', 'system', 'optimize', 'watch']);

/** Queries that somebody waits for. */
export const impatientQueries = (
  rows: readonly RowOf<typeof runningQueries>[],
): readonly RowOf<typeof runningQueries>[] =>
  rows.filter((row) => !patientKinds.has((row.kind ?? '').toLowerCase()));
