import { ActionIcon, Tabs, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { textOf } from '../../table/field-value.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { formatDuration } from '../../ui/quantity.ts';
import { SpanEvents, SpanLinks } from '../../ui/span-events.tsx';
import { formatTime, zoneOffset } from '../../ui/time.ts';
import { ValueTree } from '../../ui/value-tree.tsx';
import { renderClause, toggleClause } from '../search/filter-clause.ts';
import panel from '../search/row-panel.module.css';
import { attributeTree, rowTree } from '../search/row-tree.ts';
import { paramsOf, stateOf } from '../search/search-state.ts';
import { LogList } from './log-list.tsx';
import type { SpanNode, TraceTree } from './trace-tree.ts';

interface Props {
  span: SpanNode;
  tree: TraceTree;
  color: string;
  onClose(): void;
}

/** Half an hour around a trace: where to look for spans like one of it. */
const aroundMs = 15 * 60_000;

/** One span, whole. */
export function SpanPanel({ span, tree, color, onClose }: Props) {
  const { row } = span;
  const navigate = useNavigate();
  const middle = Number(tree.startNs / 1_000_000n);
  const range = {
    kind: 'between' as const,
    from: new Date(middle - aroundMs).toISOString(),
    to: new Date(middle + aroundMs).toISOString(),
  };
  const searchFor = (field: string, value: string, exclude: boolean) =>
    void navigate({
      to: '/search',
      search: paramsOf({
        ...stateOf({ source: 'traces' }),
        range,
        where: toggleClause('', { field, value, exclude }, 'lucene'),
      }),
    });
  const events = Array.isArray(row['Events.Name']) ? row['Events.Name'].length : 0;
  const links = Array.isArray(row['Links.TraceId']) ? row['Links.TraceId'].length : 0;
  return (
    <aside className={panel.panel} aria-label="Span">
      <SpanHead span={span} tree={tree} color={color} onClose={onClose} />
      <Tabs defaultValue="attributes" className={panel.tabs!} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="attributes">Attributes</Tabs.Tab>
          <Tabs.Tab value="events">Events ({events})</Tabs.Tab>
          <Tabs.Tab value="logs">Logs ({span.logs.length})</Tabs.Tab>
          {links === 0 ? null : <Tabs.Tab value="links">Links ({links})</Tabs.Tab>}
          <Tabs.Tab value="fields">All fields</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="attributes" className={panel.content!}>
          <ValueTree entries={attributeTree(row)} actions={{ onFilter: searchFor }} />
        </Tabs.Panel>
        <Tabs.Panel value="events" className={panel.content!}>
          {events === 0 ? (
            <p className="quiet">This span has no events.</p>
          ) : (
            <SpanEvents row={row} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="logs" className={panel.content!}>
          {span.logs.length === 0 ? (
            <p className="quiet">No log names this span.</p>
          ) : (
            <LogList logs={span.logs} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="links" className={panel.content!}>
          <SpanLinks row={row} />
        </Tabs.Panel>
        <Tabs.Panel value="fields" className={panel.content!}>
          <ValueTree entries={rowTree(row)} actions={{ onFilter: searchFor }} />
        </Tabs.Panel>
      </Tabs>
      <div className={panel.foot}>
        <LinkButton
          variant="default"
          to="/search"
          search={paramsOf({ ...stateOf({ source: 'traces' }), range, where: alike(span) })}
        >
          Spans like this one
        </LinkButton>
      </div>
    </aside>
  );
}

const alike = ({ service, name }: SpanNode): string =>
  [
    renderClause({ field: 'ServiceName', value: service, exclude: false }, 'lucene'),
    renderClause({ field: 'SpanName', value: name, exclude: false }, 'lucene'),
  ].join(' ');

function SpanHead({ span, tree, color, onClose }: Props) {
  const zone = usePreference('zone');
  const time = textOf(span.row, 'Timestamp');
  const message = textOf(span.row, 'StatusMessage');
  const share = Number(span.durationNs) / Math.max(1, Number(tree.endNs - tree.startNs));
  return (
    <header className={panel.head}>
      <div className={panel.line}>
        <i style={{ width: 10, height: 10, borderRadius: 3, background: color, flexShrink: 0 }} />
        <b>{span.name}</b>
        <span className={panel.buttons}>
          <Tooltip label="Close (Esc)">
            <ActionIcon aria-label="Close" onClick={onClose}>
              <IconX size={16} />
            </ActionIcon>
          </Tooltip>
        </span>
      </div>
      <div className={panel.line}>
        <span>{span.service === '' ? 'no service name' : span.service}</span>
        <span className="quiet">{textOf(span.row, 'SpanKind')}</span>
        {span.failed ? (
          <span className={panel.level} style={{ ['--mark' as string]: 'var(--sev-error)' }}>
            Error
          </span>
        ) : null}
        <span className="numbers">
          <b title={`${span.durationNs} ns`}>{formatDuration(span.durationNs)}</b>{' '}
          <span className="quiet">{(share * 100).toFixed(share < 0.1 ? 1 : 0)} % of the trace</span>
        </span>
      </div>
      <div className={`quiet numbers ${panel.time}`}>
        {formatTime(time, zone, 9)} {zoneOffset(zone, Date.parse(time))},{' '}
        {formatDuration(span.startNs - tree.startNs)} after the start
      </div>
      {message === '' ? null : <pre className={`mono ${panel.message}`}>{message}</pre>}
    </header>
  );
}
