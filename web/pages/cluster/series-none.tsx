import type { SeriesGap } from '../../api/fleet-shapes.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import own from './charts-tab.module.css';

const titles: Readonly<Record<SeriesGap['reason'], string>> = {
  grant: 'No right',
  absent: 'Not enabled, or not there',
  healthy: 'Healthy: zero',
  none: 'No data',
  pending: 'No data yet',
  offline: 'No data',
  failed: 'It could not be read',
};

/** Why there is nothing to draw. */
export function SeriesNone({
  gap,
  allZero,
  height,
}: {
  gap: SeriesGap | undefined;
  /** There are values, but a logarithmic scale has no place for them. */
  allZero: boolean;
  height: number;
}) {
  const [title, detail] = allZero
    ? ['Zero all the time', 'A logarithmic scale has no place for it.']
    : gap === undefined
      ? ['No data', 'Nothing was read of this node in this time.']
      : [titles[gap.reason], gap.detail];
  return (
    <div className={own.none} style={{ minHeight: height }}>
      <b>{title}</b>
      <span>{detail}</span>
      {gap?.grant === undefined || allZero ? null : (
        <>
          <code className="mono">{gap.grant}</code>
          <CopyButton value={gap.grant} label="Copy the GRANT" what="SQL" />
        </>
      )}
    </div>
  );
}
