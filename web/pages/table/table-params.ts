import { parseRangeParams, type RangeParams } from '../cluster/cluster-params.ts';

export const tableTabs = ['overview', 'columns', 'parts', 'work'] as const;
export type TableTab = (typeof tableTabs)[number];

/** The state of a table's page, as its address holds it. Names may be anything, so they are no path. */
export interface TableParams extends RangeParams {
  database: string;
  table: string;
  /** Only this node. */
  node?: string;
  tab?: Exclude<TableTab, 'overview'>;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export function parseTableParams(raw: Record<string, unknown>): TableParams {
  const tab = tableTabs.find((each) => each === raw.tab);
  const node = text(raw.node);
  return {
    database: text(raw.database),
    table: text(raw.table),
    ...(node === '' ? {} : { node }),
    ...(tab === undefined || tab === 'overview' ? {} : { tab }),
    ...parseRangeParams(raw),
  };
}
