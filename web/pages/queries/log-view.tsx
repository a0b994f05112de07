import { Select, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Cluster } from '../../api/fleet-shapes.ts';
import { type Grouping, type QueriesData, queriesQuery } from '../../api/queries.ts';
import { FailureNotice } from '../../ui/notice.tsx';
import classes from '../cluster.module.css';
import { NodeNotes } from './asked-nodes.tsx';
import { EmptyLog } from './empty-log.tsx';
import { FilterBar } from './filter-bar.tsx';
import { GroupTable } from './group-table.tsx';
import { LogTools } from './log-tools.tsx';
import { NumbersRow } from './numbers-row.tsx';
import own from './queries.module.css';
import {
  filterNames,
  groupings,
  parseQueryParams,
  type QueriesParams,
  rangeChange,
  rangeOf,
} from './query-params.ts';
import { groupingNames } from './query-words.ts';
import { TrendPlots } from './trend-plots.tsx';
import { useFixedWindow } from './use-fixed-window.ts';

export type QueriesChange = { [K in keyof QueriesParams]?: QueriesParams[K] | undefined };

/** What ended queries did, by what they have in common. */
export function LogView({
  cluster,
  params,
  onChange,
}: {
  cluster: Cluster;
  params: QueriesParams;
  onChange(change: QueriesChange): void;
}) {
  const { by = 'fingerprint', sort = 'total' } = params;
  const range = rangeOf(params);
  const { window, refresh } = useFixedWindow(range);
  const { code, ...texts } = Object.fromEntries(
    filterNames.flatMap((name) => (params[name] === undefined ? [] : [[name, params[name]]])),
  );
  const answer = useQuery(
    queriesQuery(cluster.id, {
      ...window,
      by,
      sort,
      ...texts,
      ...(code === undefined ? {} : { code: Number(code) }),
      ...(params.scope === undefined ? {} : { scope: params.scope }),
    }),
  );
  const { data } = answer;
  return (
    <div className={classes.content}>
      <div className={classes.toolbar}>
        <Select
          aria-label="Grouped by"
          w={150}
          allowDeselect={false}
          data={groupings.map((value) => ({
            value,
            label: `By ${groupingNames[value].toLowerCase()}`,
          }))}
          value={by}
          onChange={(value) => onChange({ by: byOf(value) })}
        />
        <LogTools
          title="these queries"
          answer={answer}
          range={range}
          onRange={(next) => onChange(rangeChange(next))}
          refresh={refresh}
        />
      </div>
      <FilterBar params={params} nodes={cluster.nodes.map(({ id }) => id)} onChange={onChange} />
      {answer.isError ? (
        <FailureNotice error={answer.error} onRetry={() => void answer.refetch()} />
      ) : null}
      {data === undefined ? (
        answer.isPending ? (
          <LogSkeleton />
        ) : null
      ) : (
        <LogContent
          cluster={cluster.id}
          data={data}
          params={params}
          stale={answer.isPlaceholderData}
          onChange={onChange}
        />
      )}
    </div>
  );
}

/** What the logs gave, or why they gave nothing. */
function LogContent({
  cluster,
  data,
  params,
  stale,
  onChange,
}: {
  /** Its id. */
  cluster: string;
  data: QueriesData;
  params: QueriesParams;
  /** It is the answer to what was asked before. */
  stale: boolean;
  onChange(change: QueriesChange): void;
}) {
  const { sort = 'total' } = params;
  return (
    <div className={`${classes.content} ${stale ? own.stale : ''}`} aria-busy={stale}>
      <NodeNotes nodes={data.nodes} />
      {data.empty === null ? (
        <>
          <NumbersRow numbers={data.totals} />
          <TrendPlots
            data={data}
            onZoom={(fromMs, toMs) =>
              onChange(rangeChange({ kind: 'between', from: isoOf(fromMs), to: isoOf(toMs) }))
            }
          />
          <section className={classes.card} aria-label="Groups">
            <GroupTable
              cluster={cluster}
              by={data.by}
              groups={data.groups}
              sort={sort}
              along={parseQueryParams({ ...params })}
              onSort={(next) => onChange({ sort: next === 'total' ? undefined : next })}
              onPick={(name, value) => onChange({ [name]: value, by: undefined })}
            />
            {data.more ? (
              <p className="quiet">
                The first {data.groups.length} are shown. Another order or a filter shows others.
              </p>
            ) : null}
          </section>
        </>
      ) : (
        <EmptyLog empty={data.empty} />
      )}
    </div>
  );
}

const isoOf = (ms: number): string => new Date(Math.round(ms)).toISOString();

function byOf(value: string | null): QueriesParams['by'] {
  const by: Grouping | undefined = groupings.find((each) => each === value);
  return by === 'fingerprint' ? undefined : by;
}

function LogSkeleton() {
  return (
    <div className={classes.content} aria-busy="true">
      <Skeleton height={56} radius={10} />
      <Skeleton height={200} radius={10} />
      <Skeleton height={360} radius={12} />
    </div>
  );
}
