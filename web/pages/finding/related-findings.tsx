import { useQuery } from '@tanstack/react-query';
import { findingsQuery } from '../../api/fleet.ts';
import type { Finding } from '../../api/fleet-shapes.ts';
import { FindingRow } from '../cluster/finding-row.tsx';
import classes from '../cluster.module.css';
import own from './finding.module.css';

/** What explains it, and what it explains. */
export function RelatedFindings({ id, finding }: { id: string; finding: Finding }) {
  const findings = useQuery(findingsQuery(id)).data?.findings ?? [];
  const cause = findings.find((each) => each.id === finding.cause);
  const caused = findings.filter((each) => each.cause === finding.id);
  return (
    <>
      {cause === undefined ? null : (
        <section className={classes.card} aria-label="Cause">
          <h2>Explained by</h2>
          <ul className={own.related}>
            <FindingRow cluster={id} finding={cause} />
          </ul>
        </section>
      )}
      {caused.length === 0 ? null : (
        <section className={classes.card} aria-label="Consequences">
          <h2>Explains</h2>
          <ul className={own.related}>
            {caused.map((each) => (
              <FindingRow key={each.id} cluster={id} finding={each} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
