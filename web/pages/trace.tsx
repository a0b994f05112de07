import { Skeleton } from '@mantine/core';
import { IconTimelineEventX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { traceQuery } from '../api/search.ts';
import type { TraceData } from '../api/shapes.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { EmptyNotice, FailureNotice } from '../ui/notice.tsx';
import { serviceColors } from '../ui/service-color.ts';
import { SpanPanel } from './trace/span-panel.tsx';
import { TraceHeader } from './trace/trace-header.tsx';
import { TraceLogs } from './trace/trace-logs.tsx';
import type { TraceParams } from './trace/trace-params.ts';
import { growTrace } from './trace/trace-tree.ts';
import { Waterfall } from './trace/waterfall.tsx';
import classes from './trace.module.css';

/** One trace: its spans over time, their logs, and what each of them says. */
export function TracePage() {
  const { traceId } = useParams({ from: '/trace/$traceId' });
  const trace = useQuery(traceQuery(traceId));
  if (trace.isPending) return <TraceSkeleton />;
  if (trace.isError) {
    return <FailureNotice error={trace.error} onRetry={() => void trace.refetch()} />;
  }
  if (trace.data.spans.length === 0 && trace.data.logs.length === 0)
    return <MissingTrace traceId={traceId} onRetry={() => void trace.refetch()} />;
  return <TraceView key={traceId} traceId={traceId} data={trace.data} />;
}

function TraceView({ traceId, data }: { traceId: string; data: TraceData }) {
  const params = useSearch({ from: '/trace/$traceId' });
  const navigate = useNavigate({ from: '/trace/$traceId' });
  const change = (wanted: { [K in keyof TraceParams]: TraceParams[K] | undefined }) =>
    void navigate({
      search: (before) => defined({ ...before, ...wanted }),
      replace: true,
    });
  const tree = useMemo(() => growTrace(data.spans, data.logs), [data]);
  const colors = useMemo(() => serviceColors(tree.services), [tree]);
  const open = useMemo(
    () => tree.spans.find(({ key }) => key === params.span),
    [tree, params.span],
  );
  return (
    <div className={classes.page}>
      <TraceHeader
        traceId={traceId}
        tree={tree}
        colors={colors}
        logs={data.logs.length}
        complete={data.complete}
        tab={params.tab ?? 'spans'}
        find={params.find ?? ''}
        onTab={(tab) => change({ tab: tab === 'logs' ? 'logs' : undefined })}
        onFind={(find) => change({ find: find === '' ? undefined : find })}
      />
      <div className={classes.below}>
        {params.tab === 'logs' ? (
          <TraceLogs
            logs={data.logs}
            find={params.find ?? ''}
            onSpan={(span) => change({ span, tab: undefined })}
          />
        ) : (
          <Waterfall
            tree={tree}
            colors={colors}
            find={params.find ?? ''}
            open={params.span}
            onOpen={(span) => change({ span })}
          />
        )}
        {open === undefined || params.tab === 'logs' ? null : (
          <SpanPanel
            key={open.key}
            span={open}
            tree={tree}
            color={colors.get(open.service) ?? 'var(--sev-unset)'}
            onClose={() => change({ span: undefined })}
          />
        )}
      </div>
    </div>
  );
}

const defined = (
  params: {
    [K in keyof TraceParams]: TraceParams[K] | undefined;
  },
): TraceParams =>
  Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));

function MissingTrace({ traceId, onRetry }: { traceId: string; onRetry(): void }) {
  return (
    <EmptyNotice
      icon={<IconTimelineEventX size={22} />}
      title="No span or log of this trace is stored"
      actions={
        <>
          <LinkButton variant="default" to="/trace/$traceId" params={{ traceId }} onClick={onRetry}>
            Look again
          </LinkButton>
          <LinkButton variant="default" to="/search" search={{ source: 'traces' }}>
            Search spans
          </LinkButton>
        </>
      }
    >
      <code className="mono">{traceId}</code> may not have arrived yet, may have been sampled away
      by its sender, or may have passed its retention.
    </EmptyNotice>
  );
}

function TraceSkeleton() {
  return (
    <div className={classes.skeleton} aria-busy="true">
      <Skeleton height={48} />
      {[95, 80, 70, 45, 60, 30].map((width) => (
        <Skeleton key={width} height={18} width={`${width}%`} />
      ))}
    </div>
  );
}
