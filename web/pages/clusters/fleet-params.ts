import type { Cluster } from '../../api/fleet-shapes.ts';

/** The state of the fleet page, as its address holds it. */
export interface FleetParams {
  /** Part of a name, a host or a label. */
  q?: string;
  /** `key=value`; a cluster must have all of them. */
  label?: string[];
  sort?: 'name';
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

export function parseFleetParams(raw: Record<string, unknown>): FleetParams {
  const label = [raw.label].flat().filter(isText);
  return {
    ...(isText(raw.q) ? { q: raw.q } : {}),
    ...(label.length > 0 ? { label } : {}),
    ...(raw.sort === 'name' ? { sort: 'name' } : {}),
  };
}

export const labelsOf = ({ labels }: Pick<Cluster, 'labels'>): string[] =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort();

/** All labels of a fleet, those that most clusters share first. */
export function commonLabels(clusters: readonly Cluster[]): { label: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const label of clusters.flatMap(labelsOf)) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts]
    .map(([label, count]) => ({ label, count }))
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
}

const byName = (a: Cluster, b: Cluster): number => a.name.localeCompare(b.name, 'en');

/** How much a cluster wants a look: lower comes first. */
function urgency({ status, open, score }: Cluster): readonly number[] {
  if (status === 'paused') return [2, 0, 0];
  if (status === 'pending') return [1, 1, 0];
  const badly = status === 'offline' || open.critical > 0 ? 0 : 1;
  return [badly, 0, score ?? 50];
}

function byUrgency(a: Cluster, b: Cluster): number {
  const [left, right] = [urgency(a), urgency(b)];
  const at = left.findIndex((value, i) => value !== right[i]);
  return at < 0 ? byName(a, b) : left[at]! - right[at]!;
}

/** The clusters that an address asks for, in its order. */
export function chooseClusters(clusters: readonly Cluster[], params: FleetParams): Cluster[] {
  const wanted = (params.q ?? '').trim().toLowerCase();
  return clusters
    .filter((cluster) => {
      const labels = labelsOf(cluster);
      const words = [cluster.name, cluster.host, ...labels, ...cluster.nodes.map(({ id }) => id)];
      return (
        (params.label ?? []).every((label) => labels.includes(label)) &&
        words.some((word) => word.toLowerCase().includes(wanted))
      );
    })
    .sort(params.sort === 'name' ? byName : byUrgency);
}
