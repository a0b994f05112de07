import { Skeleton } from '@mantine/core';
import { IconServerOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { asFailure } from '../../api/failure.ts';
import { clusterQuery } from '../../api/fleet.ts';
import type { Cluster } from '../../api/fleet-shapes.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Crumbs } from '../../ui/crumbs.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { EmptyNotice, FailureNotice } from '../../ui/notice.tsx';
import header from '../cluster/cluster-header.module.css';
import classes from '../cluster.module.css';

/** The head of the pages about queries, once their cluster is known. */
export function QueriesFrame({
  id,
  title,
  crumbs,
  children,
}: {
  id: string;
  title: string;
  crumbs?: ReactNode;
  children(cluster: Cluster): ReactNode;
}) {
  const cluster = useQuery(clusterQuery(id));
  if (cluster.data === undefined) {
    if (!cluster.isError)
      return (
        <div className={classes.page} aria-busy="true">
          <Skeleton height={52} />
          <Skeleton height={420} radius={12} />
        </div>
      );
    if (asFailure(cluster.error).status !== 404)
      return <FailureNotice error={cluster.error} onRetry={() => void cluster.refetch()} />;
    return (
      <EmptyNotice
        icon={<IconServerOff size={22} />}
        title="There is no such cluster"
        actions={
          <LinkButton variant="default" to="/clusters">
            All clusters
          </LinkButton>
        }
      >
        It may have been deleted since this link was made.
      </EmptyNotice>
    );
  }
  return (
    <div className={classes.page}>
      <header className={header.head}>
        <Crumbs>
          <Link to="/clusters">Clusters</Link>
          <Link to="/clusters/$id" params={{ id }}>
            {cluster.data.name}
          </Link>
          {crumbs}
        </Crumbs>
        <div className={header.line}>
          <h1>{title}</h1>
          <span className={header.end}>
            <CopyButton value={() => window.location.href} label="Share link" />
          </span>
        </div>
      </header>
      {children(cluster.data)}
    </div>
  );
}
