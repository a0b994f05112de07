import { Button, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { findingsQuery } from '../../api/fleet.ts';
import type { ClusterNode, Finding } from '../../api/fleet-shapes.ts';
import { type Standing, standingOf, standings } from '../../ui/outcome.ts';
import { StandingBadge } from '../../ui/standing-badge.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import classes from '../cluster.module.css';
import type { ClusterTabProps } from '../cluster.tsx';
import own from './node-table.module.css';

/** The nodes: where they stand, whether they answer, what is wrong with each. */
export function NodeTable({ cluster, params, onChange }: ClusterTabProps) {
  const findings = useQuery(findingsQuery(cluster.id));
  const nodes = [...cluster.nodes].sort(byPlace);
  return (
    <section className={classes.card} aria-label="Nodes">
      <div className={classes.titled}>
        <h2>Nodes</h2>
        {params.node === undefined ? null : (
          <span className={classes.end}>
            <Button
              variant="subtle"
              size="compact-xs"
              onClick={() => onChange({ node: undefined })}
            >
              Show findings of all
            </Button>
          </span>
        )}
      </div>
      {nodes.length === 0 ? (
        <p className="quiet">None is known yet.</p>
      ) : (
        <Table.ScrollContainer minWidth={420} type="native" mah={320}>
          <Table verticalSpacing={5} horizontalSpacing={6} fz="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Node</Table.Th>
                <Table.Th title="Shard and replica">Place</Table.Th>
                <Table.Th>Status</Table.Th>
                <Table.Th>Version</Table.Th>
                <Table.Th>Findings</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {nodes.map((node) => (
                <NodeRow
                  key={node.id}
                  cluster={cluster.id}
                  node={node}
                  chosen={params.node === node.id}
                  findings={(findings.data?.findings ?? []).filter(
                    ({ subject, intended }) => subject.node === node.id && !intended,
                  )}
                  onChoose={() => onChange({ node: params.node === node.id ? undefined : node.id })}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}

const byPlace = (a: ClusterNode, b: ClusterNode): number =>
  (a.shard ?? 0) - (b.shard ?? 0) || (a.replica ?? 0) - (b.replica ?? 0) || (a.id < b.id ? -1 : 1);

function NodeRow({
  cluster,
  node,
  chosen,
  findings,
  onChoose,
}: {
  /** Its id. */
  cluster: string;
  node: ClusterNode;
  chosen: boolean;
  findings: readonly Finding[];
  onChoose(): void;
}) {
  const counts = new Map<Standing, number>();
  for (const finding of findings) {
    const standing = standingOf(finding);
    counts.set(standing, (counts.get(standing) ?? 0) + 1);
  }
  const present = standings.filter((standing) => standing !== 'info' && counts.has(standing));
  return (
    <Table.Tr data-chosen={chosen || undefined} className={own.row!}>
      <Table.Td>
        <Link
          to="/clusters/$id/nodes/$node"
          params={{ id: cluster, node: node.id }}
          className={`mono ${own.node}`}
        >
          {node.id}
        </Link>
        {node.hostName === '' || node.hostName === node.host ? null : (
          <div className="quiet">{node.hostName}</div>
        )}
      </Table.Td>
      <Table.Td className="numbers">
        {node.shard === undefined ? '–' : `${node.shard}.${node.replica ?? '–'}`}
      </Table.Td>
      <Table.Td>
        <StatusMark status={node.online ? 'online' : 'offline'} />
        {node.problem === undefined ? null : <div className={own.problem}>{node.problem}</div>}
      </Table.Td>
      <Table.Td className="numbers">{node.version === '' ? '–' : node.version}</Table.Td>
      <Table.Td>
        {present.length === 0 ? (
          <span className="quiet">none</span>
        ) : (
          <button
            type="button"
            className={own.badges}
            aria-pressed={chosen}
            title={chosen ? 'Show findings of all nodes' : 'Only findings of this node'}
            onClick={onChoose}
          >
            {present.map((standing) => (
              <StandingBadge key={standing} standing={standing} count={counts.get(standing)!} />
            ))}
          </button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
