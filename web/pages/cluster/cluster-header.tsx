import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconChevronLeft,
  IconDotsVertical,
  IconListSearch,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { collectCluster } from '../../api/fleet.ts';
import type { Cluster } from '../../api/fleet-shapes.ts';
import { ClusterDeleteForm } from '../../forms/cluster-delete.tsx';
import { ClusterPauseForm } from '../../forms/cluster-pause.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { FailureNotice } from '../../ui/notice.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { formatAgo } from '../../ui/time.ts';
import { labelsOf } from '../clusters/fleet-params.ts';
import classes from './cluster-header.module.css';

/** Which cluster this is, how fresh it is, and what can be done with it. */
export function ClusterHeader({ cluster }: { cluster: Cluster }) {
  const client = useQueryClient();
  const collect = useMutation({
    mutationFn: () => collectCluster(cluster.id),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['clusters'] }),
  });
  return (
    <header className={classes.head}>
      <div className={classes.line}>
        <Link to="/clusters" className={classes.back} aria-label="All clusters">
          <IconChevronLeft size={18} aria-hidden />
        </Link>
        <h1>{cluster.name}</h1>
        <StatusMark status={cluster.status} />
        <span className={classes.end}>
          <LinkButton
            variant="default"
            leftSection={<IconListSearch size={14} />}
            to="/clusters/$id/queries"
            params={{ id: cluster.id }}
          >
            Queries
          </LinkButton>
          <Button
            variant="default"
            leftSection={<IconRefresh size={14} />}
            loading={collect.isPending}
            disabled={cluster.paused}
            title="Read and check everything of this cluster now"
            onClick={() => collect.mutate()}
          >
            Read now
          </Button>
          <ClusterMenu cluster={cluster} />
        </span>
      </div>
      <Facts cluster={cluster} />
      {collect.isError ? (
        <FailureNotice compact error={collect.error} onRetry={() => collect.mutate()} />
      ) : null}
    </header>
  );
}

function Facts({ cluster }: { cluster: Cluster }) {
  const { topology, vitals, lastCollectedAt } = cluster;
  const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
  const facts = [
    topology === null
      ? plural(cluster.nodes.length, 'node')
      : `${plural(topology.shards, 'shard')} × ${plural(topology.replicas, 'replica')}`,
    ...(topology !== null && topology.keeperNodes > 0
      ? [plural(topology.keeperNodes, 'Keeper node')]
      : []),
    ...(vitals.versions.length > 0 ? [`ClickHouse ${vitals.versions.join(', ')}`] : []),
    lastCollectedAt === null ? 'never read' : `read ${formatAgo(lastCollectedAt, Date.now())}`,
  ];
  return (
    <div className={`numbers ${classes.facts}`}>
      {facts.map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
      {labelsOf(cluster).map((label) => (
        <Link key={label} to="/clusters" search={{ label: [label] }} className={classes.label}>
          {label}
        </Link>
      ))}
    </div>
  );
}

/** Who has the say over a cluster that was not made on the page. */
const whereDefined = (origin: Cluster['origin']): string =>
  origin === 'file' ? 'Defined in the clusters file' : 'Defined by CLICKHOUSE_HOST';

function ClusterMenu({ cluster }: { cluster: Cluster }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState<'pause' | 'delete'>();
  const close = () => setAsking(undefined);
  const fixed = cluster.origin !== 'api';
  return (
    <>
      <Menu position="bottom-end" width={190}>
        <Menu.Target>
          <ActionIcon size="lg" aria-label={`Actions for ${cluster.name}`}>
            <IconDotsVertical size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPencil size={15} />}
            disabled={fixed}
            onClick={() => void navigate({ to: '/clusters/$id/edit', params: { id: cluster.id } })}
          >
            Edit
          </Menu.Item>
          <Menu.Item
            leftSection={
              cluster.paused ? <IconPlayerPlay size={15} /> : <IconPlayerPause size={15} />
            }
            onClick={() => setAsking('pause')}
          >
            {cluster.paused ? 'Resume' : 'Pause'}
          </Menu.Item>
          <Menu.Divider />
          {fixed ? <Menu.Label>{whereDefined(cluster.origin)}</Menu.Label> : null}
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={15} />}
            disabled={fixed}
            onClick={() => setAsking('delete')}
          >
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ClusterPauseForm cluster={cluster} opened={asking === 'pause'} onClose={close} />
      <ClusterDeleteForm
        cluster={cluster}
        opened={asking === 'delete'}
        onClose={close}
        onDeleted={() => void navigate({ to: '/clusters' })}
      />
    </>
  );
}
