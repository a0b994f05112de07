import { Button, Skeleton, Table } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { costQuery, testCluster } from '../../api/fleet.ts';
import type { CostData } from '../../api/fleet-shapes.ts';
import { TestResult } from '../../forms/cluster/test-result.tsx';
import { FailureNotice } from '../../ui/notice.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { formatBytes, formatRate, formatShort } from '../../ui/quantity.ts';
import { formatTime } from '../../ui/time.ts';
import classes from '../cluster.module.css';
import type { ClusterTabProps } from '../cluster.tsx';
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

function CostTable({ nodes }: { nodes: CostData['nodes'] }) {
  return (
    <Table.ScrollContainer minWidth={560} type="native">
      <Table verticalSpacing={5} horizontalSpacing={6} fz="xs" className="numbers">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Node</Table.Th>
            <Table.Th>Statements/min</Table.Th>
            <Table.Th>Rows read/min</Table.Th>
            <Table.Th>Bytes read/min</Table.Th>
            <Table.Th>Share of one core</Table.Th>
            <Table.Th>Pace</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {nodes.map((node) => (
            <Table.Tr key={node.node}>
              <Table.Td className="mono">{node.node}</Table.Td>
              <Table.Td>{formatRate(node.statementsPerMinute)}</Table.Td>
              <Table.Td>{formatShort(node.rowsReadPerMinute)}</Table.Td>
              <Table.Td>{formatBytes(node.bytesReadPerMinute)}</Table.Td>
              <Table.Td>
                <CostShare node={node} />
              </Table.Td>
              <Table.Td>
                <Pace node={node} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

type NodeCost = CostData['nodes'][number];

const measuredBy = {
  cpu: 'processor time, by its query log',
  elapsed: 'time that its answers took it',
  waiting: 'time waited for it, less a ping',
} as const;

function CostShare({ node: { cpuShare, cpuFrom } }: { node: NodeCost }) {
  if (cpuShare === null || cpuFrom === null) return <span className="quiet">not known yet</span>;
  return (
    <>
      {formatRate(cpuShare * 100)} % <span className="quiet">{measuredBy[cpuFrom]}</span>
    </>
  );
}

function Pace({ node: { stretch, stretchReason, stretchedSince } }: { node: NodeCost }) {
  const zone = usePreference('zone');
  if (stretch === 1) return 'full';
  return (
    <>
      {formatRate(stretch)} times as long between readings
      {stretchedSince === null ? null : <> since {formatTime(stretchedSince, zone, 0)}</>}
      {stretchReason === null ? null : (
        <div className="quiet" style={{ maxWidth: '44ch', whiteSpace: 'normal' }}>
          {stretchReason}
        </div>
      )}
    </>
  );
}
