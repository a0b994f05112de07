import type { QueryNumbers } from '../../api/queries.ts';
import { formatBytes, formatCount, formatShort } from '../../ui/quantity.ts';
import classes from './queries.module.css';
import { showBytes, showMs, showShare } from './query-words.ts';

/** What all counted queries did together. */
export function NumbersRow({ numbers }: { numbers: QueryNumbers }) {
  const { runs, failed, errorRate, readRows, readBytes, writtenRows } = numbers;
  return (
    <dl className={`numbers ${classes.numbers}`} aria-label="Numbers">
      <Figure title="Queries" value={formatShort(runs)} exact={formatCount(runs)} />
      <Figure
        title="Failed"
        value={failed === 0 ? '0' : formatShort(failed)}
        more={failed === 0 ? undefined : showShare(errorRate)}
        bad={failed > 0}
      />
      <Figure title="p50" value={showMs(numbers.p50Ms)} />
      <Figure title="p95" value={showMs(numbers.p95Ms)} />
      <Figure title="p99" value={showMs(numbers.p99Ms)} />
      <Figure title="Rows read" value={formatShort(readRows)} />
      <Figure title="Bytes read" value={formatBytes(readBytes)} />
      <Figure title="Rows written" value={formatShort(writtenRows)} />
      <Figure title="Largest memory" value={showBytes(numbers.memoryBytes)} />
      <Figure title="Processor time" value={showMs(numbers.cpuMs)} />
    </dl>
  );
}

function Figure({
  title,
  value,
  exact,
  more,
  bad = false,
}: {
  title: string;
  value: string;
  exact?: string;
  more?: string | undefined;
  bad?: boolean;
}) {
  return (
    <div className={classes.number} data-bad={bad || undefined}>
      <dt>{title}</dt>
      <dd title={exact}>
        {value} {more === undefined ? null : <small>{more}</small>}
      </dd>
    </div>
  );
}
