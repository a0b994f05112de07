import type { Finding } from '../../api/fleet-shapes.ts';

type Subject = Finding['subject'];

/** How much a mark covers: from this finding alone to all that its check finds. */
export interface MarkScope {
  readonly label: string;
  readonly subject: Subject;
}

const text = (subject: Subject): string => JSON.stringify(Object.entries(subject).sort());

/** Ever wider scopes of a finding, each only where it differs from those before it. */
export function scopesOf(subject: Subject): MarkScope[] {
  const { node, ...anyNode } = subject;
  const { database, table, user, disk } = subject;
  const offered: readonly (MarkScope | undefined)[] = [
    { label: 'Only this', subject },
    node === undefined ? undefined : { label: 'This, on every node', subject: anyNode },
    database === undefined || table === undefined
      ? undefined
      : { label: `Table ${database}.${table}, on every node`, subject: { database, table } },
    database === undefined
      ? undefined
      : { label: `Database ${database}, on every node`, subject: { database } },
    user === undefined ? undefined : { label: `User ${user}, on every node`, subject: { user } },
    disk === undefined ? undefined : { label: `Disk ${disk}, on every node`, subject: { disk } },
    node === undefined ? undefined : { label: `All of node ${node}`, subject: { node } },
    { label: 'All that this check finds', subject: {} },
  ];
  const seen = new Set<string>();
  return offered.filter((scope): scope is MarkScope => {
    if (scope === undefined || seen.has(text(scope.subject))) return false;
    seen.add(text(scope.subject));
    return true;
  });
}
