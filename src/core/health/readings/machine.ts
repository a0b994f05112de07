import type { NodeView } from '../node-view.ts';
import { processorCores } from './server-facts.ts';

/**
 * Cores that the server may use: the limit of its container, else what the server counted itself.
 * Metrics for each core are not counted up: since 26.8 they may be one map.
 */
export function usableCores(node: NodeView): number | undefined {
  const limit = node.gauge('CGroupMaxCPU') ?? 0;
  if (limit > 0) return limit;
  const counted = node.optionalRows(processorCores)?.[0]?.cores ?? node.gauge('NumberOfCPUCores');
  return counted !== undefined && counted > 0 ? counted : undefined;
}

/** Memory that the server may use: the smallest of the host's and the container's. */
export function usableMemoryBytes(node: NodeView): number | undefined {
  return smallest([node.gauge('OSMemoryTotal'), node.gauge('CGroupMemoryTotal')]);
}

/** The smallest that is more than 0; a limit of 0 means that there is none. */
export function smallest(limits: readonly (number | undefined)[]): number | undefined {
  const set = limits.filter((limit) => limit !== undefined && limit > 0) as number[];
  return set.length > 0 ? Math.min(...set) : undefined;
}
