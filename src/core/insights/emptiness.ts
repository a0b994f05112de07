import type { AskedNode, Emptiness } from '../../model/fleet/query-insights.ts';

/** What a person does where there is no log. */
export const enableQueryLog =
  'Set log_queries = 1 in the profile of users, and have a <query_log> section in the server’s configuration (newer servers have it by default).';

function nothingText(nodes: readonly AskedNode[], logRows: number): string {
  if (logRows === 0)
    return 'The log has nothing of this time: no queries ran, or log_queries is off for those who sent them.';
  return nodes.some(({ countedFrom }) => countedFrom !== undefined)
    ? 'The log has more rows of this time than may be read, and none of those that were read fits. Choose a shorter time.'
    : 'Queries ran in this time, and none of them fits the filter.';
}

/**
 * Why there are no queries to show. `logRows`: rows that the log has in that time, whatever they
 * are. Undefined where some node is at fault that others make up for.
 */
export function emptinessOf(nodes: readonly AskedNode[], logRows: number): Emptiness {
  const failed = (reason: AskedNode['reason']): AskedNode | undefined =>
    nodes.find((node) => !node.ok && node.reason === reason);
  if (nodes.some(({ ok }) => ok)) return { reason: 'none', message: nothingText(nodes, logRows) };
  const grant = failed('grant');
  if (grant)
    return {
      reason: 'grant',
      message: grant.detail ?? 'The monitoring user may not read system.query_log.',
      ...(grant.grant === undefined ? {} : { grant: grant.grant }),
    };
  const table = failed('table');
  if (table) return { reason: 'disabled', message: `There is no query_log. ${enableQueryLog}` };
  const column = failed('column');
  if (column) return { reason: 'column', message: column.detail ?? 'The log lacks a column.' };
  const detail = nodes.find((node) => node.detail !== undefined)?.detail;
  return {
    reason: 'unreachable',
    message: detail ?? 'No node of the cluster can be asked now.',
  };
}
