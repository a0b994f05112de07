import type { z } from 'zod';
import type { HistoryData } from '../../model/fleet/collecting-api.ts';
import type { ClusterWatch } from './collect/cluster-watch.ts';
import type { HistoryView } from './collect/node-history.ts';

type NodeHistoryData = z.infer<typeof HistoryData>['nodes'][number];

/** How far the past of each node of a cluster was read back. */
export const showHistory = (watch: ClusterWatch): z.infer<typeof HistoryData> => ({
  nodes: watch
    .watches()
    .map((each) => ({ node: each.node.id, ...showView(watch.history.of(each)) })),
});

const waiting: HistoryView = {
  state: 'waiting',
  progress: undefined,
  sources: [],
  problem: undefined,
};

function showView(view: HistoryView = waiting): Omit<NodeHistoryData, 'node'> {
  const { state, progress, sources, problem } = view;
  const iso = (ms: number | null | undefined) =>
    typeof ms === 'number' ? new Date(ms).toISOString() : null;
  return {
    state,
    from: iso(progress?.fromMs),
    to: iso(progress?.toMs),
    readTo: iso(progress?.readMs),
    samples: progress?.samples ?? 0,
    tables: [...sources],
    startedAt: iso(progress?.startedMs),
    endedAt: iso(progress?.endedMs),
    problem: problem ?? null,
  };
}
