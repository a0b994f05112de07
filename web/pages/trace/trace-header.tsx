import { Alert, SegmentedControl, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconAlertTriangle, IconSearch } from '@tabler/icons-react';
import { useRef } from 'react';
import { CopyButton } from '../../ui/copy-button.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { formatCount, formatDuration } from '../../ui/quantity.ts';
import { formatTime, renderNs, zoneOffset } from '../../ui/time.ts';
import classes from './trace-header.module.css';
import { titleOfTrace } from './trace-lines.ts';
import type { TraceTree } from './trace-tree.ts';

interface Props {
  traceId: string;
  tree: TraceTree;
  colors: ReadonlyMap<string, string>;
  logs: number;
  complete: boolean;
  tab: 'spans' | 'logs';
  find: string;
  onTab(tab: string): void;
  onFind(find: string): void;
}

/** What the trace is, how long it took, and how much is in it. */
export function TraceHeader(props: Props) {
  const { traceId, tree, colors, logs, complete, tab, find, onTab, onFind } = props;
  const input = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => input.current?.focus()]]);
  return (
    <header className={classes.head}>
      <div className={classes.line}>
        <h1 className={classes.title}>{titleOfTrace(tree) || 'Trace'}</h1>
        <code className={`mono quiet ${classes.id}`}>{traceId}</code>
        <CopyButton value={traceId} what="trace id" />
        <span className={classes.end}>
          <CopyButton value={() => window.location.href} label="Share link" />
        </span>
      </div>
      <Figures tree={tree} logs={logs} />
      <div className={classes.line}>
        <SegmentedControl
          size="xs"
          value={tab}
          onChange={onTab}
          aria-label="View"
          data={[
            { value: 'spans', label: 'Spans' },
            { value: 'logs', label: `Logs (${formatCount(logs)})` },
          ]}
        />
        <TextInput
          ref={input}
          value={find}
          onChange={(event) => onFind(event.currentTarget.value)}
          placeholder="Find in this trace"
          aria-label="Find in this trace"
          leftSection={<IconSearch size={13} />}
          className={classes.find!}
        />
        <ul className={classes.services} aria-label="Services">
          {tree.services.map((service) => (
            <li key={service}>
              <i style={{ background: colors.get(service) }} />
              {service === '' ? '(no service name)' : service}
            </li>
          ))}
        </ul>
      </div>
      {complete ? null : (
        <Alert color="yellow" p="xs" icon={<IconAlertTriangle size={16} />}>
          This trace is larger than what is shown at once: some spans or logs are left out.
        </Alert>
      )}
    </header>
  );
}

function Figures({ tree, logs }: { tree: TraceTree; logs: number }) {
  const zone = usePreference('zone');
  const start = renderNs(tree.startNs);
  const plural = (count: number, noun: string) =>
    `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
  return (
    <div className={`numbers ${classes.figures}`}>
      <b>{formatDuration(tree.endNs - tree.startNs)}</b>
      <span>
        {formatTime(start, zone, 6)} {zoneOffset(zone, Date.parse(start))}
      </span>
      <span>{plural(tree.spans.length, 'span')}</span>
      <span>{plural(tree.services.length, 'service')}</span>
      <span>{plural(logs, 'log')}</span>
      {tree.failed === 0 ? (
        <span>no errors</span>
      ) : (
        <span className={classes.failed}>
          <IconAlertTriangle size={13} aria-hidden /> {plural(tree.failed, 'error')}
        </span>
      )}
    </div>
  );
}
