import { Button, Skeleton } from '@mantine/core';
import { IconPlus, IconServer2, IconZoomCancel } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { clustersQuery } from '../api/fleet.ts';
import type { Cluster } from '../api/fleet-shapes.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { EmptyNotice, FailureNotice } from '../ui/notice.tsx';
import { ClusterCard } from './clusters/cluster-card.tsx';
import { FleetFilter } from './clusters/fleet-filter.tsx';
import { chooseClusters, type FleetParams } from './clusters/fleet-params.ts';
import classes from './clusters.module.css';

/** Every cluster at a glance. */
export function ClustersPage() {
  const params = useSearch({ from: '/clusters' });
  const navigate = useNavigate({ from: '/clusters' });
  const fleet = useQuery(clustersQuery);
  const change = (search: FleetParams) => void navigate({ search, replace: true });
  const clusters = fleet.data?.clusters;
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>Clusters</h1>
        {clusters === undefined ? null : <Summary clusters={clusters} />}
        <span className={classes.end}>
          <LinkButton variant="subtle" to="/checks">
            What is checked
          </LinkButton>
          <LinkButton to="/clusters/new" leftSection={<IconPlus size={14} />}>
            Add cluster
          </LinkButton>
        </span>
      </header>
      {fleet.isError ? (
        <FailureNotice
          compact={clusters !== undefined}
          error={fleet.error}
          onRetry={() => void fleet.refetch()}
        />
      ) : null}
      {clusters === undefined ? (
        fleet.isPending ? (
          <CardSkeletons />
        ) : null
      ) : clusters.length === 0 ? (
        <NoClusters />
      ) : (
        <>
          <FleetFilter clusters={clusters} params={params} onChange={change} />
          <Cards
            clusters={chooseClusters(clusters, params)}
            onClear={() => change(params.sort ? { sort: params.sort } : {})}
          />
        </>
      )}
    </div>
  );
}

function Cards({ clusters, onClear }: { clusters: readonly Cluster[]; onClear(): void }) {
  if (clusters.length === 0)
    return (
      <EmptyNotice
        icon={<IconZoomCancel size={22} />}
        title="No cluster fits the filter"
        actions={
          <Button variant="default" onClick={onClear}>
            Show all
          </Button>
        }
      />
    );
  return (
    <div className={classes.cards}>
      {clusters.map((cluster) => (
        <ClusterCard key={cluster.id} cluster={cluster} />
      ))}
    </div>
  );
}

function Summary({ clusters }: { clusters: readonly Cluster[] }) {
  const count = (status: Cluster['status']) =>
    clusters.filter((each) => each.status === status).length;
  const ill = clusters.filter(({ open }) => open.critical > 0).length;
  const parts = [
    `${clusters.length} ${clusters.length === 1 ? 'cluster' : 'clusters'}`,
    ...(count('offline') > 0 ? [`${count('offline')} offline`] : []),
    ...(count('degraded') > 0 ? [`${count('degraded')} degraded`] : []),
    ...(ill > 0 ? [`${ill} with critical findings`] : []),
  ];
  return (
    <p className="quiet" aria-live="polite">
      {clusters.length === 0 ? '' : parts.join(', ')}
    </p>
  );
}

function NoClusters() {
  return (
    <EmptyNotice
      icon={<IconServer2 size={22} />}
      title="No cluster is watched yet"
      actions={
        <>
          <LinkButton to="/clusters/new">Add cluster</LinkButton>
          <LinkButton variant="default" to="/checks">
            What is checked
          </LinkButton>
        </>
      }
    >
      Castellan needs the address of one server and a user that may read its system tables. It finds
      the other nodes by itself.
    </EmptyNotice>
  );
}

function CardSkeletons() {
  return (
    <div className={classes.cards} aria-busy="true">
      {[0, 1, 2].map((each) => (
        <Skeleton key={each} height={218} radius={12} />
      ))}
    </div>
  );
}
