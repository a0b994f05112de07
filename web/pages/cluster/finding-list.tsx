import { Button, Select, Skeleton, TextInput } from '@mantine/core';
import { IconCircleCheck, IconEyeOff, IconSearch, IconZoomCancel } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { findingsQuery } from '../../api/fleet.ts';
import type { Cluster, Finding } from '../../api/fleet-shapes.ts';
import { EmptyNotice, FailureNotice } from '../../ui/notice.tsx';
import { standings } from '../../ui/outcome.ts';
import { StandingBadge } from '../../ui/standing-badge.tsx';
import classes from '../cluster.module.css';
import type { ClusterTabProps } from '../cluster.tsx';
import own from './finding-list.module.css';
import { FindingRow } from './finding-row.tsx';
import { countStandings, type FindingBranch, growFindings } from './finding-tree.ts';

/** What is drawn at once; more on demand. */
const firstRows = 100;

/** Everything that is open, each cause with what it explains. */
export function FindingList({ cluster, params, onChange }: ClusterTabProps) {
  const findings = useQuery(findingsQuery(cluster.id));
  const all = findings.data?.findings ?? [];
  const { standing, group, node, q } = params;
  const filter = { standing, group, node, q };
  const filtered = [standing, group, node, q].some((each) => each !== undefined);
  return (
    <section className={classes.card} aria-label="Findings">
      <div className={classes.titled}>
        <h2>Findings</h2>
      </div>
      {all.length === 0 ? null : <FindingFilter all={all} params={params} onChange={onChange} />}
      {findings.isError ? (
        <FailureNotice compact error={findings.error} onRetry={() => void findings.refetch()} />
      ) : null}
      {findings.data === undefined ? (
        findings.isPending ? (
          <Skeleton height={180} />
        ) : null
      ) : all.length === 0 ? (
        <NothingOpen cluster={cluster} />
      ) : (
        <Branches
          id={cluster.id}
          branches={growFindings(all, filter)}
          quiet={standing === undefined ? (countStandings(all, filter).get('unknown') ?? 0) : 0}
          onQuiet={() => onChange({ standing: ['unknown'] })}
          onClear={
            filtered
              ? () =>
                  onChange({ standing: undefined, group: undefined, node: undefined, q: undefined })
              : undefined
          }
        />
      )}
    </section>
  );
}

function Branches({
  id,
  branches,
  quiet,
  onQuiet,
  onClear,
}: {
  id: string;
  branches: readonly FindingBranch[];
  /** How many are left out because they have no answer. */
  quiet: number;
  onQuiet(): void;
  onClear: (() => void) | undefined;
}) {
  const [limit, setLimit] = useState(firstRows);
  if (branches.length === 0 && quiet === 0)
    return (
      <EmptyNotice
        icon={<IconZoomCancel size={22} />}
        title="No finding fits the filter"
        actions={
          onClear === undefined ? undefined : (
            <Button variant="default" onClick={onClear}>
              Show all
            </Button>
          )
        }
      />
    );
  return (
    <>
      <ul className={own.list}>
        {branches.slice(0, limit).map(({ finding, caused }) => (
          <FindingRow key={finding.id} cluster={id} finding={finding} caused={caused} />
        ))}
      </ul>
      {branches.length > limit ? (
        <Button variant="default" onClick={() => setLimit(branches.length)}>
          Show {branches.length - limit} more
        </Button>
      ) : null}
      {quiet === 0 ? null : (
        <button type="button" className={own.quiet} onClick={onQuiet}>
          <IconEyeOff size={14} aria-hidden />
          {branches.length === 0 && onClear === undefined
            ? 'Nothing is wrong as far as can be seen, but '
            : ''}
          {quiet} {quiet === 1 ? 'check has' : 'checks have'} no answer
        </button>
      )}
    </>
  );
}

function FindingFilter({
  all,
  params,
  onChange,
}: Omit<ClusterTabProps, 'cluster'> & { all: readonly Finding[] }) {
  const { standing = [], group, node, q } = params;
  const counts = countStandings(all, { group, node, q });
  const groups = [...new Set(all.map((finding) => finding.group))].sort();
  const nodes = [...new Set(all.flatMap(({ subject }) => subject.node ?? []))].sort();
  return (
    <div className={classes.toolbar}>
      <div className={own.standings}>
        {standings.map((each) => {
          const pressed = standing.includes(each);
          const count = counts.get(each) ?? 0;
          return count === 0 && !pressed ? null : (
            <button
              key={each}
              type="button"
              className={own.standing}
              aria-pressed={pressed}
              onClick={() =>
                onChange({
                  standing: pressed
                    ? standing.filter((other) => other !== each)
                    : [...standing, each],
                })
              }
            >
              <StandingBadge standing={each} count={count} />
            </button>
          );
        })}
      </div>
      <Select
        aria-label="Group of checks"
        placeholder="All groups"
        clearable
        data={groups}
        value={group ?? null}
        onChange={(value) => onChange({ group: value ?? undefined })}
        className={own.select!}
      />
      <Select
        aria-label="Node"
        placeholder="All nodes"
        clearable
        searchable
        data={nodes}
        value={node ?? null}
        onChange={(value) => onChange({ node: value ?? undefined })}
        className={own.select!}
      />
      <TextInput
        aria-label="Find in findings"
        placeholder="Find"
        leftSection={<IconSearch size={13} />}
        value={q ?? ''}
        onChange={(event) => onChange({ q: event.currentTarget.value })}
        className={own.find!}
      />
    </div>
  );
}

/** Nothing open is good news only where the checks have answers. */
function NothingOpen({ cluster: { coverage, status } }: { cluster: Cluster }) {
  const { answered, total } = coverage;
  if (total === 0)
    return (
      <p className="quiet">
        {status === 'pending'
          ? 'The first checks run as soon as it is read.'
          : 'No check has run yet.'}
      </p>
    );
  const blind = answered * 2 < total;
  return (
    <EmptyNotice
      icon={blind ? <IconEyeOff size={22} /> : <IconCircleCheck size={22} />}
      title={blind ? 'Nothing was found, but most checks have no answer' : 'Nothing is wrong'}
    >
      {answered} of {total} checks have an answer
      {answered === total ? '.' : '; the Monitor tab says what the others lack.'}
    </EmptyNotice>
  );
}
