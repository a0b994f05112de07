import { ActionIcon, Skeleton, Tooltip, useComputedColorScheme } from '@mantine/core';
import { IconCode } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { lazy, type ReactNode, type Ref, Suspense, useMemo, useState } from 'react';
import type { SeriesData } from '../../api/fleet-shapes.ts';
import { FailureNotice } from '../../ui/notice.tsx';
import { StatementDialog } from '../../ui/statement-dialog.tsx';
import type { Zone } from '../../ui/time.ts';
import type { Window } from '../search/time-range.ts';
import own from './charts-tab.module.css';
import { alignSeries, newestValues } from './series-lines.ts';
import { SeriesNone } from './series-none.tsx';

const LinePlot = lazy(async () => ({ default: (await import('../../ui/line-plot.tsx')).LinePlot }));

const heightPx = 150;

export interface PlotProps {
  readonly window: Window;
  readonly zone: Zone;
  readonly log: boolean;
  /** Only this node. */
  readonly node: string | undefined;
  readonly colors: ReadonlyMap<string, string>;
  readonly render: (value: number) => string;
  readonly binary: boolean;
  /** Plots of one group show the same moment. */
  readonly group: string;
  readonly onZoom?: ((fromMs: number, toMs: number) => void) | undefined;
}

type Answer = Pick<SeriesData, 'series' | 'sql' | 'gap'>;

interface Props extends PlotProps {
  readonly ref?: Ref<HTMLElement>;
  readonly title: string;
  readonly about: string | undefined;
  readonly answer: UseQueryResult<Answer>;
  /** What a server is asked, once that is known. */
  readonly source: string | undefined;
  /** What there is to say of the statement. */
  readonly children?: ReactNode;
}

/** Values of the nodes over time, the newest of them, and the statement behind. */
export function SeriesPanel(props: Props) {
  const { title, about, answer, source, children } = props;
  const [sqlShown, setSqlShown] = useState(false);
  const kept = answer.data?.sql;
  return (
    <article ref={props.ref} className={own.panel} aria-label={title}>
      <header className={own.head}>
        <h3>{title}</h3>
        {about === undefined ? null : <span className={`quiet ${own.about}`}>{about}</span>}
        <span className={own.end}>
          {answer.data === undefined ? null : <Newest {...props} data={answer.data} />}
          <Tooltip label="Show SQL">
            <ActionIcon
              size="sm"
              aria-label={`Show SQL of ${title}`}
              disabled={source === undefined}
              onClick={() => setSqlShown(true)}
            >
              <IconCode size={14} />
            </ActionIcon>
          </Tooltip>
        </span>
      </header>
      {answer.isError ? (
        <FailureNotice compact error={answer.error} onRetry={() => void answer.refetch()} />
      ) : answer.data === undefined ? (
        <Skeleton height={heightPx} />
      ) : (
        <SeriesPlot {...props} data={answer.data} />
      )}
      <StatementDialog
        title={title}
        sql={source ?? ''}
        kept={kept === source ? undefined : kept}
        opened={sqlShown}
        onClose={() => setSqlShown(false)}
      >
        {children}
      </StatementDialog>
    </article>
  );
}

/** The largest of the newest values: what one looks for first. */
function Newest({ data, render, node }: Props & { data: Answer }) {
  const newest = newestValues(alignSeries(data, false));
  const values = [...newest].flatMap(([id, value]) =>
    value === undefined || (node !== undefined && node !== id) ? [] : [value],
  );
  if (values.length === 0) return null;
  return (
    <b className="numbers" title={values.length > 1 ? 'Largest of the nodes, now' : 'Now'}>
      {render(Math.max(...values))}
    </b>
  );
}

function SeriesPlot(props: Props & { data: Answer }) {
  const { title, data, window, zone, log, node, colors, render, binary, group, onZoom } = props;
  const scheme = useComputedColorScheme('light');
  const shown = useMemo(
    () => ({ series: data.series.filter((each) => node === undefined || each.node === node) }),
    [data, node],
  );
  const aligned = useMemo(() => alignSeries(shown, log), [shown, log]);
  const lines = useMemo(
    () =>
      aligned.lines.map((line) => ({
        name: line.node,
        color: colors.get(line.node) ?? 'var(--sev-unset)',
        values: line.values,
      })),
    [aligned, colors],
  );
  if (aligned.empty)
    return (
      <SeriesNone
        gap={data.gap}
        allZero={log && !alignSeries(shown, false).empty}
        height={heightPx}
      />
    );
  return (
    <Suspense fallback={<Skeleton height={heightPx} />}>
      <LinePlot
        key={scheme}
        label={`${title} over time, one line for each node`}
        times={aligned.times}
        lines={lines}
        fromMs={Date.parse(window.from)}
        toMs={Date.parse(window.to)}
        zone={zone}
        height={heightPx}
        render={render}
        log={log}
        binary={binary}
        group={group}
        onZoom={onZoom}
      />
    </Suspense>
  );
}
