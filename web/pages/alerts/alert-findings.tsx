import { Link } from '@tanstack/react-router';
import type { Alert } from '../../api/alert-shapes.ts';
import { formatCount } from '../../ui/quantity.ts';
import { StandingBadge } from '../../ui/standing-badge.tsx';
import list from '../cluster/finding-list.module.css';
import { subjectText } from '../cluster/finding-tree.ts';
import classes from '../cluster.module.css';
import { FixCard } from '../finding/fix-card.tsx';

/** What is drawn; the cluster's page has all. */
const mostRows = 100;

/** The cause, with its fix, and all that it explains. */
export function AlertFindings({ alert }: { alert: Alert }) {
  const { findings, findingCount, cluster } = alert;
  const fix = findings[0]?.fix;
  if (findings.length === 0) return null;
  return (
    <>
      <section className={classes.card} aria-label="Findings">
        <h2>{findingCount === 1 ? 'What was found' : 'The cause, and what it explains'}</h2>
        <ul className={list.list}>
          {findings.slice(0, mostRows).map((finding) => (
            <li key={finding.id} className={list.branch}>
              <div className={list.row}>
                <StandingBadge standing={finding.severity} />
                <div className={list.words}>
                  {cluster === undefined ? (
                    <b>{finding.message}</b>
                  ) : (
                    <Link
                      to="/clusters/$id/findings/$finding"
                      params={{ id: cluster.id, finding: finding.id }}
                      className={list.link}
                    >
                      {finding.message}
                    </Link>
                  )}
                  <div className={`quiet ${list.subject}`}>{subjectText(finding)}</div>
                </div>
              </div>
            </li>
          ))}
        </ul>
        {findingCount > mostRows || findingCount > findings.length ? (
          <p className="quiet">
            {formatCount(findingCount)} in all
            {cluster === undefined ? '.' : ': the cluster’s page has every one.'}
          </p>
        ) : null}
      </section>
      {fix === undefined ? null : <FixCard fix={fix} />}
    </>
  );
}
