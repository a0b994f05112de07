import type { Execution, QueryData } from '../../model/fleet/query-insights.ts';
import { errorName } from './error-names.ts';
import { numberOrNull } from './measures.ts';
import type { NodeRows } from './merge-groups.ts';

/** The executions of all nodes, the newest first. */
export function mergeExecutions(answers: readonly NodeRows[], limit: number): Execution[] {
  return answers
    .flatMap(({ node, rows }) => rows.map((row) => ({ ...parseExecution(node, row) })))
    .sort((a, b) => b.atMs - a.atMs || (a.queryId < b.queryId ? -1 : 1))
    .slice(0, limit)
    .map(({ atMs, ...rest }) => ({ ...rest, at: new Date(atMs).toISOString() }));
}

function parseExecution(
  node: string,
  row: readonly unknown[],
): Omit<Execution, 'at'> & { atMs: number } {
  const [queryId, atMs, user, client, durationMs, readRows, readBytes] = row;
  const text = String(row[12] ?? '');
  return {
    node,
    queryId: String(queryId),
    atMs: Number(atMs),
    user: String(user),
    client: String(client),
    durationMs: Number(durationMs),
    readRows: Number(readRows),
    readBytes: Number(readBytes),
    writtenRows: Number(row[7]),
    resultRows: Number(row[8]),
    memoryBytes: numberOrNull(row[9]),
    code: Number(row[10]),
    error: String(row[11]),
    ...(text === '' ? {} : { text }),
  };
}

/** The errors of all nodes by code, the most frequent first; each with its newest message. */
export function mergeErrors(answers: readonly NodeRows[]): QueryData['errors'] {
  const errors = new Map<number, { message: string; lastSeen: number; count: number }>();
  for (const [code, message, lastSeen, count] of answers.flatMap(({ rows }) => rows)) {
    const seen = { message: String(message), lastSeen: Number(lastSeen), count: Number(count) };
    const there = errors.get(Number(code));
    const newer = there !== undefined && there.lastSeen > seen.lastSeen ? there : seen;
    errors.set(Number(code), { ...newer, count: seen.count + (there?.count ?? 0) });
  }
  return [...errors]
    .sort(([, a], [, b]) => b.count - a.count)
    .map(([code, { message, lastSeen, count }]) => ({
      code,
      name: errorName(code),
      count,
      message,
      lastSeen: new Date(lastSeen * 1_000).toISOString(),
    }));
}
