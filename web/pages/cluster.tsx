import { Alert, Skeleton, Tabs } from '@mantine/core';
import { IconServerOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { asFailure } from '../api/failure.ts';
import { clusterQuery } from '../api/fleet.ts';
import type { Cluster } from '../api/fleet-shapes.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { EmptyNotice, FailureNotice } from '../ui/notice.tsx';
import { ChartsTab } from './cluster/charts-tab.tsx';
import { ClusterHeader } from './cluster/cluster-header.tsx';
import {
  type ClusterChange,
  type ClusterParams,
  changeParams,
  type Tab,
  tabs,
} from './cluster/cluster-params.ts';
import { HealthTab } from './cluster/health-tab.tsx';
import { MonitorTab } from './cluster/monitor-tab.tsx';
import { TablesTab } from './cluster/tables-tab.tsx';
import classes from './cluster.module.css';

/** What each part of the page is given. */
export interface ClusterTabProps {
  readonly cluster: Cluster;
  readonly params: ClusterParams;
  readonly onChange: (change: ClusterChange) => void;
}

const titles: Readonly<Record<Tab, string>> = {
  health: 'Health',
  charts: 'Charts',
  tables: 'Tables',
  monitor: 'Monitor',
};
const contents: Readonly<Record<Tab, (props: ClusterTabProps) => React.ReactNode>> = {
  health: HealthTab,
  charts: ChartsTab,
  tables: TablesTab,
  monitor: MonitorTab,
};

/** One cluster: how it is, since when, and what it does. */
export function ClusterPage() {
  const { id } = useParams({ from: '/clusters/$id' });
  const params = useSearch({ from: '/clusters/$id' });
  const navigate = useNavigate({ from: '/clusters/$id' });
  const cluster = useQuery(clusterQuery(id));
  const change = (wanted: ClusterChange) =>
    void navigate({
      search: (before) => changeParams(before, wanted),
      // Another tab is another place; a filter is not.
      replace: !('tab' in wanted),
    });
  if (cluster.data === undefined)
    return cluster.isError ? (
      <ClusterFailure error={cluster.error} onRetry={() => void cluster.refetch()} />
    ) : (
      <ClusterSkeleton />
    );
  const tab = params.tab ?? 'health';
  const Content = contents[tab];
  return (
    <div className={classes.page}>
      <ClusterHeader cluster={cluster.data} />
      {cluster.isError ? (
        <FailureNotice compact error={cluster.error} onRetry={() => void cluster.refetch()} />
      ) : null}
      <Standstill cluster={cluster.data} />
      <Tabs
        value={tab}
        onChange={(next) => change({ tab: tabOf(next) })}
        keepMounted={false}
        className={classes.tabs!}
      >
        <Tabs.List>
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {titles[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          <Content cluster={cluster.data} params={params} onChange={change} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

function tabOf(value: string | null): ClusterParams['tab'] {
  const tab = tabs.find((each) => each === value);
  return tab === 'health' ? undefined : tab;
}

/** Why what is shown does not move. */
function Standstill({ cluster }: { cluster: Cluster }) {
  const { status, nodes, paused } = cluster;
  if (paused)
    return (
      <Alert color="gray" p="xs">
        Paused: nothing is read, checked or alerted until it is resumed. What is shown is the last
        that was known.
      </Alert>
    );
  if (status === 'offline')
    return (
      <Alert color="red" p="xs" icon={<IconServerOff size={16} />}>
        No node can be reached: what is shown is the last that was known.
        {nodes[0]?.problem === undefined ? null : ` ${nodes[0].id}: ${nodes[0].problem}`}
      </Alert>
    );
  if (status === 'pending')
    return (
      <Alert color="blue" p="xs">
        The first reading is under way.
      </Alert>
    );
  return null;
}

function ClusterFailure({ error, onRetry }: { error: unknown; onRetry(): void }) {
  if (asFailure(error).status !== 404) return <FailureNotice error={error} onRetry={onRetry} />;
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

function ClusterSkeleton() {
  return (
    <div className={classes.page} aria-busy="true">
      <Skeleton height={52} />
      <Skeleton height={190} radius={12} />
      <Skeleton height={320} radius={12} />
    </div>
  );
}
