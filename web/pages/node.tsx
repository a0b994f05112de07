import { Alert, Skeleton } from '@mantine/core';
import { IconServerOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { asFailure } from '../api/failure.ts';
import { clusterQuery } from '../api/fleet.ts';
import type { Cluster, NodeData } from '../api/fleet-shapes.ts';
import { nodeQuery } from '../api/panels.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { EmptyNotice, FailureNotice } from '../ui/notice.tsx';
import { TabFrame } from '../ui/tab-frame.tsx';
import { ChartsTab } from './cluster/charts-tab.tsx';
import { changeParams, type RangeChange } from './cluster/cluster-params.ts';
import classes from './cluster.module.css';
import { NodeHeader } from './node/node-header.tsx';
import { NodeHealth } from './node/node-health.tsx';
import { NodeStorage, NodeWork } from './node/node-panels.tsx';
import { type NodeParams, type NodeTab, nodeTabs, parseNodeParams } from './node/node-params.ts';
import { NodeServer } from './node/node-server.tsx';

/** What each part of the page is given. */
export interface NodeTabProps {
  readonly cluster: Cluster;
  readonly data: NodeData;
  readonly params: NodeParams;
  readonly onChange: (change: RangeChange) => void;
}

const titles: Readonly<Record<NodeTab, string>> = {
  health: 'Health',
  charts: 'Charts',
  work: 'Work',
  storage: 'Storage',
  server: 'Server',
};
const contents: Readonly<Record<NodeTab, (props: NodeTabProps) => React.ReactNode>> = {
  health: NodeHealth,
  charts: ({ data, ...props }) => <ChartsTab {...props} only={data.node.id} />,
  work: NodeWork,
  storage: NodeStorage,
  server: NodeServer,
};

/** One server: who it is, how it is, what it does, what it has. */
export function NodePage() {
  const { id, node } = useParams({ from: '/clusters/$id/nodes/$node' });
  const params = useSearch({ from: '/clusters/$id/nodes/$node' });
  const navigate = useNavigate({ from: '/clusters/$id/nodes/$node' });
  const cluster = useQuery(clusterQuery(id));
  const known = useQuery(nodeQuery(id, node));
  const tab = params.tab ?? 'health';
  const error = cluster.error ?? known.error;
  const retry = () => void Promise.all([cluster.refetch(), known.refetch()]);
  if (cluster.data === undefined || known.data === undefined)
    return error === null ? (
      <NodeSkeleton />
    ) : (
      <NodeFailure id={id} error={error} onRetry={retry} />
    );
  const Content = contents[tab];
  const { problem, online } = known.data.node;
  return (
    <div className={classes.page}>
      <NodeHeader cluster={cluster.data} data={known.data} />
      {error === null ? null : <FailureNotice compact error={error} onRetry={retry} />}
      {online || problem === undefined ? null : (
        <Alert color="red" p="xs" icon={<IconServerOff size={16} />}>
          It does not answer: {problem.replace(/\.?$/, '.')} What is shown is the last that was
          known.
        </Alert>
      )}
      <TabFrame
        titles={titles}
        order={nodeTabs}
        value={tab}
        onChange={(next) => {
          const { tab: wanted } = parseNodeParams({ tab: next });
          void navigate({ search: (before) => changeParams(before, { tab: wanted }) });
        }}
        className={classes.tabs!}
      >
        <Content
          cluster={cluster.data}
          data={known.data}
          params={params}
          onChange={(change) =>
            void navigate({ search: (before) => changeParams(before, change), replace: true })
          }
        />
      </TabFrame>
    </div>
  );
}

function NodeFailure({ id, error, onRetry }: { id: string; error: unknown; onRetry(): void }) {
  if (asFailure(error).status !== 404) return <FailureNotice error={error} onRetry={onRetry} />;
  return (
    <EmptyNotice
      icon={<IconServerOff size={22} />}
      title="There is no such node"
      actions={
        <LinkButton variant="default" to="/clusters/$id" params={{ id }}>
          Nodes of this cluster
        </LinkButton>
      }
    >
      It may have left its cluster since this link was made.
    </EmptyNotice>
  );
}

function NodeSkeleton() {
  return (
    <div className={classes.page} aria-busy="true">
      <Skeleton height={70} />
      <Skeleton height={320} radius={12} />
    </div>
  );
}
