import { Button, Skeleton } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { costQuery, testCluster } from '../../api/fleet.ts';
import { TestResult } from '../../forms/cluster/test-result.tsx';
import { FailureNotice } from '../../ui/notice.tsx';
import classes from '../cluster.module.css';
import type { ClusterTabProps } from '../cluster.tsx';
import { CostTable } from './cost-table.tsx';
import { History } from './history-card.tsx';
import { Unanswered } from './unanswered.tsx';

/** The monitor itself: what it cannot see, what it may do, what it costs. */
export function MonitorTab({ cluster }: ClusterTabProps) {
  const test = useMutation({
    mutationFn: () => {
      const { id, host, port, username, secure, namedNodes, addresses, keepers } = cluster;
      return testCluster({
        id,
        host,
        port,
        username,
        secure,
        labels: {},
        addresses,
        keepers,
        ...(namedNodes === null ? {} : { nodes: namedNodes }),
      });
    },
  });
  return (
    <div className={classes.content}>
      <div className={`${classes.halves} ${classes.apart}`}>
        <Unanswered cluster={cluster} />
        <div className={classes.content} style={{ paddingTop: 0, alignContent: 'start' }}>
          <section className={classes.card} aria-label="Connection">
            <div className={classes.titled}>
              <h2>Connection and rights</h2>
              <span className={classes.end}>
                <Button
                  variant="default"
                  leftSection={<IconPlugConnected size={14} />}
                  loading={test.isPending}
                  onClick={() => test.mutate()}
                >
                  Test connection
                </Button>
              </span>
            </div>
            <p className="quiet">
              As <code className="mono">{cluster.username}</code> at{' '}
              <code className="mono">
                {cluster.secure ? 'https' : 'http'}://{cluster.host}:{cluster.port}
              </code>
            </p>
          </section>
          <TestResult
            data={test.data}
            error={test.error}
            pending={test.isPending}
            outdated={false}
          />
        </div>
      </div>
      <Cost id={cluster.id} />
      <History id={cluster.id} />
    </div>
  );
}

function Cost({ id }: { id: string }) {
  const cost = useQuery(costQuery(id));
  return (
    <section className={classes.card} aria-label="Cost">
      <h2>What the monitor costs this cluster</h2>
      {cost.isError ? (
        <FailureNotice compact error={cost.error} onRetry={() => void cost.refetch()} />
      ) : cost.data === undefined ? (
        <Skeleton height={120} />
      ) : cost.data.nodes.length === 0 ? (
        <p className="quiet">No data: nothing has been asked yet.</p>
      ) : (
        <CostTable nodes={cost.data.nodes} />
      )}
    </section>
  );
}
