import type { Row } from '../../api/shapes.ts';
import { renderValue, textOf } from '../../table/field-value.ts';
import type { SpanNode, TraceTree } from './trace-tree.ts';

/** A line of the waterfall: a span, or a log of the span above it. */
export type TraceLine =
  | { readonly kind: 'span'; readonly key: string; readonly span: SpanNode }
  | { readonly kind: 'log'; readonly key: string; readonly row: Row; readonly depth: number };

/** What is shown, from top to bottom: nothing below spans that are collapsed. */
export function layLines(
  tree: TraceTree,
  collapsed: ReadonlySet<string>,
  withLogs: boolean,
): TraceLine[] {
  const lines: TraceLine[] = [];
  const addLogs = (rows: readonly Row[], owner: string, depth: number) => {
    if (!withLogs) return;
    rows.forEach((row, i) => {
      lines.push({ kind: 'log', key: `${owner}/log${i}`, row, depth });
    });
  };
  for (let i = 0; i < tree.spans.length; i++) {
    const span = tree.spans[i]!;
    lines.push({ kind: 'span', key: span.key, span });
    if (collapsed.has(span.key)) i += span.below;
    else addLogs(span.logs, span.key, span.depth + 1);
  }
  addLogs(tree.strayLogs, '', 0);
  return lines;
}

/** Every span that has something below it. */
export const branchKeys = (tree: TraceTree): Set<string> =>
  new Set(tree.spans.filter(({ below }) => below > 0).map(({ key }) => key));

/** Does a line speak of `wanted`, anywhere in its record? */
export function lineContains(line: TraceLine, wanted: string): boolean {
  const lower = wanted.trim().toLowerCase();
  if (lower === '') return true;
  const row = line.kind === 'span' ? line.span.row : line.row;
  return Object.values(row).some((value) => renderValue(value).toLowerCase().includes(lower));
}

/** The spans above a span, for opening them. */
export function pathTo(tree: TraceTree, key: string): string[] {
  const at = tree.spans.findIndex((span) => span.key === key);
  return tree.spans.filter(({ below }, i) => i < at && at <= i + below).map((span) => span.key);
}

/** `GET /checkout` of the first root: what a trace is called. */
export const titleOfTrace = (tree: TraceTree): string =>
  tree.spans[0]?.name || (tree.strayLogs[0] ? textOf(tree.strayLogs[0], 'Body') : '');
