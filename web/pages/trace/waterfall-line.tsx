import {
  IconAlertTriangleFilled,
  IconChevronRight,
  IconClockExclamation,
  IconUnlink,
} from '@tabler/icons-react';
import { memo } from 'react';
import { textOf } from '../../table/field-value.ts';
import { formatDuration } from '../../ui/quantity.ts';
import { severityColor, severityOf } from '../../ui/severity.ts';
import { parseNs } from '../../ui/time.ts';
import type { TraceLine } from './trace-lines.ts';
import type { SpanNode } from './trace-tree.ts';
import classes from './waterfall.module.css';

/** The stretch of time that the waterfall spans. */
export interface Axis {
  readonly startNs: bigint;
  readonly totalNs: bigint;
}

interface Props {
  id: string;
  line: TraceLine;
  top: number;
  axis: Axis;
  colors: ReadonlyMap<string, string>;
  folded: boolean;
  dimmed: boolean;
  current: boolean;
  onFold(folded: boolean): void;
  onChoose(): void;
}

const percent = (part: bigint, { totalNs }: Axis): number =>
  totalNs === 0n ? 0 : (Number(part) / Number(totalNs)) * 100;

/** A span with its bar, or a log with its dot. */
export const WaterfallLine = memo(function WaterfallLine(props: Props) {
  const { id, line, top, dimmed, current, folded, onChoose } = props;
  const depth = line.kind === 'span' ? line.span.depth : line.depth;
  const branch = line.kind === 'span' && line.span.below > 0;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys act on the whole tree, in `Waterfall`.
    // biome-ignore lint/a11y/useFocusableInteractive: the tree holds the focus and names its active item.
    <div
      id={id}
      role="treeitem"
      aria-level={depth + 1}
      aria-expanded={branch ? !folded : undefined}
      aria-selected={current}
      className={classes.line}
      data-dimmed={dimmed || undefined}
      style={{ transform: `translateY(${top}px)` }}
      onClick={onChoose}
    >
      {line.kind === 'span' ? (
        <SpanLine {...props} span={line.span} />
      ) : (
        <LogLine {...props} line={line} />
      )}
    </div>
  );
});

function SpanLine({ span, axis, colors, folded, onFold }: Props & { span: SpanNode }) {
  const color = colors.get(span.service) ?? 'var(--sev-unset)';
  const left = percent(span.startNs - axis.startNs, axis);
  const width = percent(span.durationNs, axis);
  // The label stands where there is room: right of the bar, else left of it, else inside.
  const side = left + width < 82 ? 'right' : left > 18 ? 'left' : 'inside';
  return (
    <>
      <div className={classes.name} style={{ paddingLeft: 8 + span.depth * 14 }}>
        {span.below > 0 ? (
          <button
            type="button"
            tabIndex={-1}
            className={classes.fold}
            aria-label={folded ? 'Expand' : 'Collapse'}
            data-open={!folded || undefined}
            onClick={(event) => {
              event.stopPropagation();
              onFold(!folded);
            }}
          >
            <IconChevronRight size={12} />
          </button>
        ) : (
          <i className={classes.leaf} />
        )}
        <i className={classes.service} style={{ background: color }} />
        {span.failed ? (
          <IconAlertTriangleFilled size={13} className={classes.failed} aria-label="Error" />
        ) : null}
        <span className={classes.text} title={`${span.name} (${span.service})`}>
          {span.name} <span className="quiet">{span.service}</span>
        </span>
        <Remarks span={span} />
        {folded ? <span className={classes.hidden}>+{span.below}</span> : null}
      </div>
      <div className={classes.track}>
        <div
          className={classes.bar}
          data-failed={span.failed || undefined}
          style={{ left: `${left}%`, width: `${width}%`, ['--bar' as string]: color }}
        />
        <span className={classes.label} data-side={side} style={labelPlace(side, left, width)}>
          {formatDuration(span.durationNs)}
        </span>
      </div>
    </>
  );
}

function labelPlace(side: string, left: number, width: number) {
  if (side === 'right') return { left: `calc(${left + width}% + 6px)` };
  if (side === 'left') return { right: `calc(${100 - left}% + 6px)` };
  return { right: `calc(${100 - left - width}% + 6px)` };
}

function Remarks({ span }: { span: SpanNode }) {
  return (
    <>
      {span.orphan ? (
        <span
          title="Its parent span is not stored: lost, late or sampled away"
          className={classes.remark}
        >
          <IconUnlink size={13} aria-label="Parent missing" />
        </span>
      ) : null}
      {span.earlyNs > 0n ? (
        <span
          title={`Starts ${formatDuration(span.earlyNs)} before its parent: the clocks of the two machines differ`}
          className={classes.remark}
        >
          <IconClockExclamation size={13} aria-label="Clocks differ" />
        </span>
      ) : null}
    </>
  );
}

function LogLine({ line, axis }: Props & { line: Extract<TraceLine, { kind: 'log' }> }) {
  const { row, depth } = line;
  const severity = severityOf(textOf(row, 'SeverityText'), Number(row.SeverityNumber ?? 0));
  const at = (parseNs(textOf(row, 'Timestamp')) ?? axis.startNs) - axis.startNs;
  const left = Math.min(100, Math.max(0, percent(at, axis)));
  const body = textOf(row, 'Body');
  return (
    <>
      <div className={classes.name} style={{ paddingLeft: 24 + depth * 14 }}>
        <span className={`mono ${classes.text}`} title={body}>
          <b style={{ color: severityColor(severity) }}>
            {textOf(row, 'SeverityText') || severity}
          </b>{' '}
          {body}
        </span>
      </div>
      <div className={classes.track}>
        <i
          className={classes.dot}
          title={`${formatDuration(at)} after the start`}
          style={{ left: `${left}%`, background: severityColor(severity) }}
        />
      </div>
    </>
  );
}
