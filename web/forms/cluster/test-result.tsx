import { Skeleton, Table } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCircleCheck, IconX } from '@tabler/icons-react';
import type { Capability, ClusterNode, TestData } from '../../api/fleet-shapes.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { FailureNotice } from '../../ui/notice.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import classes from '../cluster.module.css';

const layers: Readonly<Record<NonNullable<TestData['layer']>, string>> = {
  dns: 'The name does not resolve',
  tcp: 'No connection',
  tls: 'No secure connection',
  http: 'No HTTP answer',
  authentication: 'Login refused',
  permission: 'Not permitted',
  timeout: 'No answer in time',
  protocol: 'What answers is not ClickHouse',
};

/** What trying a connection found, in the order in which one fixes it. */
export function TestResult({
  data,
  error,
  pending,
  outdated,
}: {
  data: TestData | undefined;
  error: unknown;
  pending: boolean;
  outdated: boolean;
}) {
  if (pending)
    return (
      <section className={classes.card} aria-busy="true" aria-label="Test of the connection">
        <Skeleton height={44} />
        <Skeleton height={90} />
      </section>
    );
  if (error) return <FailureNotice compact error={error} />;
  if (data === undefined) return null;
  return (
    <section className={classes.card} aria-label="Test of the connection" aria-live="polite">
      <h2>{outdated ? 'Last test, before what was changed since' : 'Test of the connection'}</h2>
      <div className={outdated ? classes.outdated : undefined} style={{ display: 'grid', gap: 12 }}>
        <Verdict data={data} />
        {data.topology === null ? null : <TopologyFacts data={data} />}
        {data.nodes.length === 0 ? null : <NodeList nodes={data.nodes} />}
        {data.capabilities.length === 0 ? null : <Capabilities of={data.capabilities} />}
      </div>
    </section>
  );
}

function Verdict({ data }: { data: TestData }) {
  const lacking = data.capabilities.filter(({ ok }) => !ok).length;
  const mark = !data.ok ? 'var(--sev-error)' : lacking > 0 ? 'var(--sev-warn)' : 'var(--sev-ok)';
  return (
    <div className={classes.verdict} style={{ ['--mark' as string]: mark }} role="status">
      {data.ok && lacking === 0 ? (
        <IconCircleCheck size={17} aria-hidden />
      ) : (
        <IconAlertTriangle size={17} aria-hidden />
      )}
      <div>
        {data.layer === undefined ? null : <b>{layers[data.layer]}. </b>}
        {data.message}
        {data.hint === undefined ? null : <div className="quiet">{data.hint}</div>}
      </div>
    </div>
  );
}

function TopologyFacts({ data }: { data: TestData }) {
  const { topology, version } = data;
  if (topology === null) return null;
  const facts = [
    ['Shards', topology.shards],
    ['Replicas', topology.replicas],
    ['Keeper nodes', topology.keeperNodes],
    ['Cluster', topology.cluster === '' ? 'none defined' : topology.cluster],
    ['Version', version ?? '–'],
  ] as const;
  return (
    <dl className={`numbers ${classes.facts}`} aria-label="Topology">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function NodeList({ nodes }: { nodes: readonly ClusterNode[] }) {
  return (
    <Table.ScrollContainer minWidth={380} type="native">
      <Table verticalSpacing={4} horizontalSpacing={6} fz="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Node</Table.Th>
            <Table.Th>Shard</Table.Th>
            <Table.Th>Replica</Table.Th>
            <Table.Th>Answers</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {nodes.map((node) => (
            <Table.Tr key={node.id}>
              <Table.Td className="mono">{node.id}</Table.Td>
              <Table.Td>{node.shard ?? '–'}</Table.Td>
              <Table.Td>{node.replica ?? '–'}</Table.Td>
              <Table.Td>
                <StatusMark status={node.online ? 'online' : 'offline'} />
                {node.problem === undefined ? null : <div className="quiet">{node.problem}</div>}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Capabilities({ of }: { of: readonly Capability[] }) {
  const lacking = of.filter(({ ok }) => !ok);
  const grants = [...new Set(lacking.flatMap(({ grant }) => (grant ? [grant] : [])))];
  return (
    <>
      <h3>
        What this user may do: {of.length - lacking.length} of {of.length}
      </h3>
      <ul className={classes.list}>
        {[...lacking, ...of.filter(({ ok }) => ok)].map((each) => (
          <li key={`${each.name} ${each.node ?? ''}`} className={classes.item}>
            {each.ok ? (
              <IconCheck size={15} className={classes.good} aria-label="Yes" />
            ) : (
              <IconX size={15} className={classes.bad} aria-label="No" />
            )}
            <span>
              {each.name}
              {each.node === undefined ? null : <span className="mono"> on {each.node}</span>}
            </span>
            {each.detail === undefined ? null : <span className="quiet">{each.detail}</span>}
          </li>
        ))}
      </ul>
      {grants.length === 0 ? null : (
        <CodeBlock
          title="What is missing: run this on the cluster, then test again"
          code={grants.map((grant) => `${grant.replace(/;\s*$/, '')};`).join('\n')}
        />
      )}
    </>
  );
}
