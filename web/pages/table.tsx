import { Select, Skeleton } from '@mantine/core';
import { IconTableOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { clusterQuery } from '../api/fleet.ts';
import type { Cluster } from '../api/fleet-shapes.ts';
import type { TableSubject } from '../api/panels.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { Crumbs } from '../ui/crumbs.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { EmptyNotice, FailureNotice } from '../ui/notice.tsx';
import { TabFrame } from '../ui/tab-frame.tsx';
import head from './cluster/cluster-header.module.css';
import { changeParams, type RangeChange } from './cluster/cluster-params.ts';
import classes from './cluster.module.css';
import { TableOverview } from './table/table-overview.tsx';
import { TableColumns, TableParts, TableWork } from './table/table-panels.tsx';
import {
  parseTableParams,
  type TableParams,
  type TableTab,
  tableTabs,
} from './table/table-params.ts';

/** What each part of the page is given. */
export interface TableTabProps {
  readonly cluster: Cluster;
  readonly table: TableSubject;
  readonly params: TableParams;
  readonly onChange: (change: RangeChange) => void;
}

const titles: Readonly<Record<TableTab, string>> = {
  overview: 'Overview',
  columns: 'Columns',
  parts: 'Parts',
  work: 'Work',
};
const contents: Readonly<Record<TableTab, (props: TableTabProps) => React.ReactNode>> = {
  overview: TableOverview,
  columns: TableColumns,
  parts: TableParts,
  work: TableWork,
};

/** One table: what it is, what it stores, how its replicas stand, what is done to it. */
export function TablePage() {
  const { id } = useParams({ from: '/clusters/$id/table' });
  const params = useSearch({ from: '/clusters/$id/table' });
  const navigate = useNavigate({ from: '/clusters/$id/table' });
  const cluster = useQuery(clusterQuery(id));
  const { database, table, node, tab = 'overview' } = params;
  if (database === '' || table === '') return <NoTable id={id} />;
  if (cluster.data === undefined)
    return cluster.isError ? (
      <FailureNotice error={cluster.error} onRetry={() => void cluster.refetch()} />
    ) : (
      <div className={classes.page} aria-busy="true">
        <Skeleton height={70} />
        <Skeleton height={320} radius={12} />
      </div>
    );
  const Content = contents[tab];
  return (
    <div className={classes.page}>
      <TableHeader
        cluster={cluster.data}
        params={params}
        onNode={(wanted) =>
          void navigate({ search: (before) => changeParams(before, { node: wanted }) })
        }
      />
      <TabFrame
        titles={titles}
        order={tableTabs}
        value={tab}
        onChange={(next) => {
          const { tab: wanted } = parseTableParams({ tab: next });
          void navigate({ search: (before) => changeParams(before, { tab: wanted }) });
        }}
        className={classes.tabs!}
      >
        <Content
          cluster={cluster.data}
          table={{ database, table, ...(node === undefined ? {} : { node }) }}
          params={params}
          onChange={(change) =>
            void navigate({ search: (before) => changeParams(before, change), replace: true })
          }
        />
      </TabFrame>
    </div>
  );
}

function TableHeader({
  cluster,
  params: { database, table, node },
  onNode,
}: {
  cluster: Cluster;
  params: TableParams;
  onNode(node: string | undefined): void;
}) {
  const { id, name, nodes } = cluster;
  return (
    <header className={head.head}>
      <Crumbs>
        <Link to="/clusters">Clusters</Link>
        <Link to="/clusters/$id" params={{ id }}>
          {name}
        </Link>
        {node === undefined ? null : (
          <Link to="/clusters/$id/nodes/$node" params={{ id, node }}>
            {node}
          </Link>
        )}
      </Crumbs>
      <div className={head.line}>
        <h1>
          {database}.{table}
        </h1>
        <span className={head.end}>
          <Select
            aria-label="Node"
            placeholder="All nodes"
            clearable
            searchable
            data={nodes.map((each) => each.id)}
            value={node ?? null}
            onChange={(value) => onNode(value ?? undefined)}
          />
          <LinkButton
            variant="default"
            to="/clusters/$id/queries"
            params={{ id }}
            search={{ table: `${database}.${table}`, ...(node === undefined ? {} : { node }) }}
          >
            Queries
          </LinkButton>
          <CopyButton value={() => window.location.href} label="Share link" />
        </span>
      </div>
    </header>
  );
}

function NoTable({ id }: { id: string }) {
  return (
    <EmptyNotice
      icon={<IconTableOff size={22} />}
      title="This address names no table"
      actions={
        <LinkButton variant="default" to="/clusters/$id" params={{ id }}>
          The cluster
        </LinkButton>
      }
    >
      It needs a database and a table: table?database=…&amp;table=…
    </EmptyNotice>
  );
}
