import { Skeleton, Table } from '@mantine/core';
import { IconCircleCheck, IconEyeOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { checksQuery, findingsQuery, outcomesQuery } from '../../api/fleet.ts';
import type { CheckOutcome, Finding } from '../../api/fleet-shapes.ts';
import { EmptyNotice, FailureNotice } from '../../ui/notice.tsx';
import { standingOf, standings } from '../../ui/outcome.ts';
import list from '../cluster/finding-list.module.css';
import { FindingRow } from '../cluster/finding-row.tsx';
import { UnansweredGroups } from '../cluster/unanswered.tsx';
import { groupUnanswered } from '../cluster/unanswered-groups.ts';
import classes from '../cluster.module.css';
import type { NodeTabProps } from '../node.tsx';
import own from './node.module.css';
import { countOutcomes, outcomeWords } from './node-outcomes.ts';

/** What is wrong with the node, what was checked of it, and what cannot be told. */
export function NodeHealth({ cluster, data }: NodeTabProps) {
  return (
    <div className={classes.content}>
      <NodeFindings id={cluster.id} node={data.node.id} />
      <NodeChecks id={cluster.id} node={data.node.id} />
    </div>
  );
}

const byWeight = (a: Finding, b: Finding): number =>
  Number(a.intended) - Number(b.intended) ||
  standings.indexOf(standingOf(a)) - standings.indexOf(standingOf(b));

function NodeFindings({ id, node }: { id: string; node: string }) {
  const findings = useQuery(findingsQuery(id));
  const shown = (findings.data?.findings ?? [])
    .filter((each) => each.subject.node === node && standingOf(each) !== 'unknown')
    .sort(byWeight);
  return (
    <section className={classes.card} aria-label="Findings">
      <h2>Findings</h2>
      {findings.isError ? (
        <FailureNotice compact error={findings.error} onRetry={() => void findings.refetch()} />
      ) : null}
      {findings.data === undefined ? (
        findings.isError ? null : (
          <Skeleton height={90} />
        )
      ) : shown.length === 0 ? (
        <EmptyNotice icon={<IconCircleCheck size={22} />} title="Nothing is wrong with this node">
          As far as its checks have an answer.
        </EmptyNotice>
      ) : (
        <ul className={list.list}>
          {shown.map((finding) => (
            <FindingRow key={finding.id} cluster={id} finding={finding} />
          ))}
        </ul>
      )}
    </section>
  );
}

function NodeChecks({ id, node }: { id: string; node: string }) {
  const outcomes = useQuery(outcomesQuery(id, node));
  const { data } = outcomes;
  const groups = useMemo(() => groupUnanswered(data?.outcomes ?? []), [data]);
  return (
    <section className={classes.card} aria-label="Checks">
      <div className={classes.titled}>
        <h2>Checks</h2>
        <span className="quiet numbers">
          {countOutcomes(data?.outcomes ?? [])
            .map(({ outcome, count }) => `${count} ${outcomeWords[outcome]}`)
            .join(', ')}
        </span>
      </div>
      {outcomes.isError ? (
        <FailureNotice compact error={outcomes.error} onRetry={() => void outcomes.refetch()} />
      ) : null}
      {data === undefined ? (
        outcomes.isError ? null : (
          <Skeleton height={120} />
        )
      ) : (
        <>
          {groups.length === 0 ? null : (
            <div className={own.unknown}>
              <h3>
                <IconEyeOff size={14} aria-hidden /> What cannot be told, and why
              </h3>
              <UnansweredGroups groups={groups} ran={data.at !== null} byNode={false} />
            </div>
          )}
          {data.outcomes.length === 0 ? (
            <p className="quiet">No check has run of this node yet.</p>
          ) : (
            <CheckTable outcomes={data.outcomes} />
          )}
        </>
      )}
    </section>
  );
}

function CheckTable({ outcomes }: { outcomes: readonly CheckOutcome[] }) {
  const checks = useQuery(checksQuery).data?.checks ?? [];
  const known = new Map(checks.map((check) => [check.id, check]));
  return (
    <details className={own.all}>
      <summary>All {outcomes.length} checks of this node</summary>
      <Table.ScrollContainer minWidth={420} type="native" mah={520}>
        <Table verticalSpacing={4} horizontalSpacing={8} fz="xs" stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Check</Table.Th>
              <Table.Th>Group</Table.Th>
              <Table.Th>Answer</Table.Th>
              <Table.Th>Why</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {outcomes.map(({ check, outcome, reason }) => (
              <Table.Tr key={check}>
                <Table.Td>
                  <Link to="/checks" search={{ check }} className={own.link}>
                    {known.get(check)?.title ?? check}
                  </Link>
                </Table.Td>
                <Table.Td className="quiet">{known.get(check)?.group}</Table.Td>
                <Table.Td className={own.answer!} data-outcome={outcome}>
                  {outcomeWords[outcome]}
                </Table.Td>
                <Table.Td className="quiet">{reason}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </details>
  );
}
