import type { SeriesGap } from '../../../model/fleet/fleet-api.ts';
import type { NodeObservation } from '../observation.ts';
import { eventsOf1816 } from '../readings/events-of-18-16.ts';

/** Why a chart has nothing to draw: no rights, not there, healthy, or no data. */
export function whyNoSeries(metric: string, nodes: readonly NodeObservation[]): SeriesGap {
  const name = metric.slice(metric.indexOf(':') + 1);
  const answering = nodes.filter(({ unreachable }) => unreachable === undefined);
  if (nodes.length === 0) return gap('pending', 'No node of this cluster is read.');
  if (answering.length === 0) return gap('offline', 'No node answers.');
  const known = answering.filter(({ capabilities }) => capabilities !== undefined);
  if (known.length === 0) return gap('pending', 'The first values come within a minute.');
  const tables = metric.startsWith('rate:') ? ['events'] : ['metrics', 'asynchronous_metrics'];
  const has = known.some(({ memory: { newest } }) =>
    metric.startsWith('rate:') ? newest?.counters.has(name) : newest?.gauges.has(name),
  );
  if (has) return gap('none', 'It is read, but nothing was read in this time.');
  for (const { capabilities } of known)
    for (const table of tables) {
      const grant = capabilities!.denied.get(table);
      const detail = `The monitoring user may not read system.${table}.`;
      if (grant !== undefined) return { reason: 'grant', detail, grant };
    }
  if (!metric.startsWith('rate:')) return gap('absent', `These servers have no metric ${name}.`);
  return known.some((node) => counts(node, name))
    ? gap('healthy', 'It has not happened since the servers started.')
    : gap(
        'absent',
        `These servers do not count ${name}, or it has not happened since they started.`,
      );
}

const gap = (reason: SeriesGap['reason'], detail: string): SeriesGap => ({ reason, detail });

/** `system.events` leaves out what is zero: whether the server would count this at all. */
function counts({ capabilities }: NodeObservation, name: string): boolean {
  const columns = capabilities?.tables.get('metric_log');
  return columns ? columns.has(`ProfileEvent_${name}`) : eventsOf1816.has(name);
}
