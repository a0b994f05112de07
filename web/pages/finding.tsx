import { Skeleton } from '@mantine/core';
import { IconCircleOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { asFailure } from '../api/failure.ts';
import { checksQuery, clusterQuery, findingQuery } from '../api/fleet.ts';
import type { FindingDetail } from '../api/fleet-shapes.ts';
import { CodeBlock } from '../ui/code-block.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { EmptyNotice, FailureNotice } from '../ui/notice.tsx';
import classes from './cluster.module.css';
import { CheckText } from './finding/check-text.tsx';
import { EvidenceCard } from './finding/evidence-card.tsx';
import { FindingChart } from './finding/finding-chart.tsx';
import { FindingHeader } from './finding/finding-header.tsx';
import { FindingHistory } from './finding/finding-history.tsx';
import { FixCard } from './finding/fix-card.tsx';
import { RelatedFindings } from './finding/related-findings.tsx';

/** One finding: what is wrong, how one knows, why it matters, what to do. */
export function FindingPage() {
  const { id, finding } = useParams({ from: '/clusters/$id/findings/$finding' });
  const detail = useQuery(findingQuery(id, finding));
  if (detail.data !== undefined)
    return (
      <div className={classes.page}>
        {detail.isError ? (
          <FailureNotice compact error={detail.error} onRetry={() => void detail.refetch()} />
        ) : null}
        <FindingView key={finding} id={id} detail={detail.data} />
      </div>
    );
  if (detail.isPending)
    return (
      <div className={classes.page} aria-busy="true">
        <Skeleton height={70} />
        <Skeleton height={220} radius={12} />
      </div>
    );
  if (asFailure(detail.error).status !== 404)
    return <FailureNotice error={detail.error} onRetry={() => void detail.refetch()} />;
  return (
    <EmptyNotice
      icon={<IconCircleOff size={22} />}
      title="There is no such finding"
      actions={
        <LinkButton variant="default" to="/clusters/$id" params={{ id }}>
          Findings of this cluster
        </LinkButton>
      }
    >
      What is over is kept for a while only.
    </EmptyNotice>
  );
}

function FindingView({ id, detail }: { id: string; detail: FindingDetail }) {
  const { finding } = detail;
  const cluster = useQuery(clusterQuery(id));
  const checks = useQuery(checksQuery);
  const check = checks.data?.checks.find((each) => each.id === finding.check);
  return (
    <>
      <FindingHeader id={id} cluster={cluster.data} detail={detail} />
      <div className={`${classes.halves} ${classes.apart}`}>
        <div className={classes.content} style={{ paddingTop: 0, alignContent: 'start' }}>
          {finding.grant === undefined ? null : (
            <section className={classes.card} aria-label="Missing right">
              <h2>Missing right</h2>
              <p className="quiet">Without it this check has no answer, neither good nor bad.</p>
              <CodeBlock title="Run on the cluster" code={finding.grant} />
            </section>
          )}
          <EvidenceCard finding={finding} />
          {cluster.data === undefined ? null : (
            <FindingChart cluster={cluster.data} finding={finding} />
          )}
          {finding.fix === undefined ? null : <FixCard fix={finding.fix} />}
        </div>
        <div className={classes.content} style={{ paddingTop: 0, alignContent: 'start' }}>
          {check === undefined ? (
            checks.isPending ? (
              <Skeleton height={160} radius={12} />
            ) : null
          ) : (
            <section className={classes.card} aria-label="About this check">
              <h2>Why it matters</h2>
              <CheckText check={check} />
            </section>
          )}
          <RelatedFindings id={id} finding={finding} />
          <FindingHistory history={detail.history} />
        </div>
      </div>
    </>
  );
}
