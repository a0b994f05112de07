import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { checksQuery, outcomesQuery } from '../../api/fleet.ts';
import type { Cluster } from '../../api/fleet-shapes.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { FailureNotice } from '../../ui/notice.tsx';
import classes from '../cluster.module.css';
import own from './unanswered.module.css';
import { groupUnanswered, missingGrants, type UnansweredGroup } from './unanswered-groups.ts';

/** What the monitor cannot see, and what it lacks. */
export function Unanswered({ cluster }: { cluster: Cluster }) {
  const outcomes = useQuery(outcomesQuery(cluster.id));
  const { answered, total, leftOut = 0 } = cluster.coverage;
  return (
    <section className={classes.card} aria-label="Coverage">
      <div className={classes.titled}>
        <h2>Coverage</h2>
        <span className="quiet numbers">
          {total === 0
            ? 'no check has run yet'
            : `${answered} of ${total} checks have an answer${leftOut > 0 ? `; ${leftOut} of nodes that are down are not counted` : ''}`}
        </span>
      </div>
      {outcomes.isError ? (
        <FailureNotice compact error={outcomes.error} onRetry={() => void outcomes.refetch()} />
      ) : outcomes.data === undefined ? (
        <Skeleton height={120} />
      ) : (
        <UnansweredGroups
          groups={groupUnanswered(outcomes.data.outcomes)}
          ran={outcomes.data.at !== null}
        />
      )}
    </section>
  );
}

/** Why there is no answer, and the grants that would give some. */
export function UnansweredGroups({
  groups,
  ran,
  byNode = true,
}: {
  groups: readonly UnansweredGroup[];
  ran: boolean;
  /** Whether the nodes are told: it goes without saying where there is one. */
  byNode?: boolean;
}) {
  const checks = useQuery(checksQuery);
  if (groups.length === 0)
    return (
      <p className="quiet">
        {ran ? 'Every check that applies has an answer.' : 'No check has run yet.'}
      </p>
    );
  const grants = missingGrants(groups);
  const title = (id: string) => checks.data?.checks.find((check) => check.id === id)?.title ?? id;
  return (
    <>
      {grants.length === 0 ? null : (
        <CodeBlock
          title="Rights that are missing: run this on the cluster"
          code={grants.map((grant) => `${grant.replace(/;\s*$/, '')};`).join('\n')}
        />
      )}
      <ul className={own.list}>
        {groups.map(({ reason, grant, checks: ids, nodes, count }) => (
          <li key={`${reason}${grant}`}>
            <b>{reason}</b> <span className="quiet numbers">{count}</span>
            <div className={own.checks}>
              {ids.map((id) => (
                <Link key={id} to="/checks" search={{ check: id }}>
                  {title(id)}
                </Link>
              ))}
            </div>
            {nodes.length === 0 || !byNode ? null : (
              <div className={`quiet mono ${own.nodes}`}>{nodes.join(', ')}</div>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
