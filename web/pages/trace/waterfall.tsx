import { Button } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { rowAfterKey } from '../../table/row-keys.ts';
import { formatDuration } from '../../ui/quantity.ts';
import { roundTicks } from './time-ticks.ts';
import { branchKeys, layLines, lineContains, pathTo, type TraceLine } from './trace-lines.ts';
import type { TraceTree } from './trace-tree.ts';
import classes from './waterfall.module.css';
import { type Axis, WaterfallLine } from './waterfall-line.tsx';

const lineHeightPx = 26;
const mostTicks = 7;

interface Props {
  tree: TraceTree;
  colors: ReadonlyMap<string, string>;
  find: string;
  /** The key of the open span. */
  open: string | undefined;
  onOpen(key: string | undefined): void;
}

/** Spans over time, nested. j, k, arrows, Enter and Esc work; left and right fold. */
export function Waterfall({ tree, colors, find, open, onOpen }: Props) {
  const fall = useFall(tree, open, onOpen);
  const { lines, collapsed, marked, current, fold, choose } = fall;
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => lineHeightPx,
    overscan: 15,
    scrollPaddingStart: lineHeightPx,
  });
  useEffect(() => {
    if (current >= 0) virtual.scrollToIndex(current, { align: 'auto' });
  }, [current, virtual]);
  const axis: Axis = { startNs: tree.startNs, totalNs: tree.endNs - tree.startNs };

  return (
    <section className={classes.waterfall} aria-label="Waterfall">
      <Tools tree={tree} fall={fall} find={find} />
      <div
        ref={box}
        className={classes.box}
        role="tree"
        aria-label="Spans"
        tabIndex={0}
        aria-activedescendant={current < 0 ? undefined : `line-${current}`}
        onKeyDown={fall.onKeyDown}
      >
        <TimeAxis axis={axis} />
        <div className={classes.lines} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index]!;
            return (
              <WaterfallLine
                key={line.key}
                id={`line-${item.index}`}
                line={line}
                top={item.start}
                axis={axis}
                colors={colors}
                folded={collapsed.has(line.key)}
                dimmed={find !== '' && !lineContains(line, find)}
                current={line.key === marked}
                onFold={(folded) => fold(line.key, folded)}
                onChoose={() => choose(line)}
              />
            );
          })}
        </div>
      </div>
    </section>
  );
}

/** What is folded, marked and shown, and the keys that change it. */
function useFall(tree: TraceTree, open: string | undefined, onOpen: Props['onOpen']) {
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(() => new Set());
  const [withLogs, setWithLogs] = useState(true);
  const [marked, setMarked] = useState(open);
  const lines = useMemo(() => layLines(tree, collapsed, withLogs), [tree, collapsed, withLogs]);
  const current = lines.findIndex(({ key }) => key === marked);
  useRevealed(tree, open, setCollapsed, setMarked);
  const fold = (key: string, folded: boolean) =>
    setCollapsed((before) => {
      const next = new Set(before);
      if (folded) next.add(key);
      else next.delete(key);
      return next;
    });
  const choose = (line: TraceLine) => {
    setMarked(line.key);
    onOpen(line.kind === 'span' ? line.key : line.key.replace(/\/log\d+$/, '') || undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const line = lines[current];
    const next = rowAfterKey(event.key, current < 0 ? undefined : current, lines.length);
    if (next !== undefined) setMarked(lines[next]?.key);
    else if (event.key === 'ArrowRight' && line) fold(line.key, false);
    else if (event.key === 'ArrowLeft' && line) fold(line.key, true);
    else if (event.key === 'Enter' && line) choose(line);
    else if (event.key === 'Escape') onOpen(undefined);
    else return;
    event.preventDefault();
  };
  const all = { lines, collapsed, marked, current, withLogs };
  return { ...all, setCollapsed, setWithLogs, fold, choose, onKeyDown };
}

function Tools({
  tree,
  fall,
  find,
}: {
  tree: TraceTree;
  fall: ReturnType<typeof useFall>;
  find: string;
}) {
  const { lines, withLogs, setCollapsed, setWithLogs } = fall;
  const found = useMemo(
    () => lines.filter((line) => lineContains(line, find)).length,
    [lines, find],
  );
  return (
    <div className={classes.tools}>
      <Button
        variant="subtle"
        color="gray"
        size="compact-xs"
        onClick={() => setCollapsed(new Set())}
      >
        Expand all
      </Button>
      <Button
        variant="subtle"
        color="gray"
        size="compact-xs"
        onClick={() => setCollapsed(branchKeys(tree))}
      >
        Collapse all
      </Button>
      <Button
        variant={withLogs ? 'light' : 'subtle'}
        color={withLogs ? 'ink' : 'gray'}
        size="compact-xs"
        aria-pressed={withLogs}
        onClick={() => setWithLogs(!withLogs)}
      >
        Logs inline
      </Button>
      {find === '' ? null : (
        <span className="quiet" role="status">
          {found} of {lines.length} lines
        </span>
      )}
    </div>
  );
}

/** A span that a link names is marked, and what hides it is opened. */
function useRevealed(
  tree: TraceTree,
  open: string | undefined,
  setCollapsed: (change: (before: ReadonlySet<string>) => ReadonlySet<string>) => void,
  setMarked: (key: string) => void,
): void {
  useEffect(() => {
    if (open === undefined) return;
    const hiding = new Set(pathTo(tree, open));
    setCollapsed((before) =>
      [...before].some((key) => hiding.has(key))
        ? new Set([...before].filter((key) => !hiding.has(key)))
        : before,
    );
    setMarked(open);
  }, [tree, open, setCollapsed, setMarked]);
}

function TimeAxis({ axis }: { axis: Axis }) {
  return (
    <div className={classes.axis} aria-hidden>
      <div className={classes.axisTitle}>Span</div>
      <div className={classes.ticks}>
        {roundTicks(axis.totalNs, mostTicks).map((at) => (
          <span
            key={String(at)}
            style={{
              left: `${axis.totalNs === 0n ? 0 : (Number(at) / Number(axis.totalNs)) * 100}%`,
            }}
          >
            {at === 0n ? '0' : formatDuration(at)}
          </span>
        ))}
      </div>
    </div>
  );
}
