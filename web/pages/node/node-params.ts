import { parseRangeParams, type RangeParams } from '../cluster/cluster-params.ts';

export const nodeTabs = ['health', 'charts', 'work', 'storage', 'server'] as const;
export type NodeTab = (typeof nodeTabs)[number];

/** The state of a node's page, as its address holds it. */
export interface NodeParams extends RangeParams {
  tab?: Exclude<NodeTab, 'health'>;
}

export function parseNodeParams(raw: Record<string, unknown>): NodeParams {
  const tab = nodeTabs.find((each) => each === raw.tab);
  return {
    ...(tab === undefined || tab === 'health' ? {} : { tab }),
    ...parseRangeParams(raw),
  };
}
