import type { Row, Source } from '../../api/shapes.ts';
import { textOf } from '../../table/field-value.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { growTree, parseNested } from '../../ui/json-text.ts';
import { formatDuration } from '../../ui/quantity.ts';
import { SpanEvents } from '../../ui/span-events.tsx';
import { type ValueActions, ValueTree } from '../../ui/value-tree.tsx';
import classes from './row-panel.module.css';
import { attributeTree } from './row-tree.ts';

/** What a reader wants first: the message or the span, then the attributes. */
export function RowOverview({
  row,
  source,
  actions,
}: {
  row: Row;
  source: Source;
  actions: ValueActions;
}) {
  return (
    <>
      {source === 'logs' ? <Body row={row} /> : <Span row={row} />}
      <h3 className={classes.heading}>Attributes</h3>
      <ValueTree entries={attributeTree(row)} actions={actions} />
    </>
  );
}

function Body({ row }: { row: Row }) {
  const body = textOf(row, 'Body');
  const nested = parseNested(body);
  return (
    <>
      <h3 className={classes.heading}>
        Body <CopyButton value={body} what="body" />
      </h3>
      {nested === undefined ? (
        <pre className={`mono ${classes.body}`}>{body === '' ? '(empty)' : body}</pre>
      ) : (
        <div className={classes.body}>
          <ValueTree entries={growTree('Body', body, 'Body').children} />
        </div>
      )}
    </>
  );
}

function Span({ row }: { row: Row }) {
  const duration = textOf(row, 'Duration');
  const message = textOf(row, 'StatusMessage');
  return (
    <>
      <h3 className={classes.heading}>Span</h3>
      <pre className={`mono ${classes.body}`}>
        {textOf(row, 'SpanName')}
        {'\n'}
        {/^\d+$/.test(duration) ? formatDuration(BigInt(duration)) : duration} ·{' '}
        {textOf(row, 'SpanKind')}
        {message === '' ? '' : `\n${message}`}
      </pre>
      <SpanEvents row={row} />
    </>
  );
}
