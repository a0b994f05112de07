import { ActionIcon, Tabs, Tooltip } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconTimeline, IconX } from '@tabler/icons-react';
import { useEffect, useEffectEvent } from 'react';
import type { Row, Source } from '../../api/shapes.ts';
import { textOf } from '../../table/field-value.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { severityColor, severityOf } from '../../ui/severity.ts';
import { formatTime, zoneOffset } from '../../ui/time.ts';
import { type ValueActions, ValueTree } from '../../ui/value-tree.tsx';
import { RowOverview } from './row-overview.tsx';
import classes from './row-panel.module.css';
import { rowTree } from './row-tree.ts';

interface Props {
  row: Row;
  source: Source;
  actions: ValueActions;
  /** The address that shows exactly this row. */
  link(): string;
  onMove(step: 1 | -1): void;
  onClose(): void;
}

/** One row, whole. */
export function RowPanel({ row, source, actions, link, onMove, onClose }: Props) {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented) onClose();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
  return (
    <aside className={classes.panel} aria-label="Row">
      <PanelHead row={row} source={source} link={link} onMove={onMove} onClose={onClose} />
      <Tabs defaultValue="overview" className={classes.tabs!} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="fields">All fields</Tabs.Tab>
          <Tabs.Tab value="json">JSON</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview" className={classes.content!}>
          <RowOverview row={row} source={source} actions={actions} />
        </Tabs.Panel>
        <Tabs.Panel value="fields" className={classes.content!}>
          <ValueTree entries={rowTree(row)} actions={actions} />
        </Tabs.Panel>
        <Tabs.Panel value="json" className={classes.content!}>
          <div className={classes.json}>
            <CopyButton value={() => JSON.stringify(row, null, 2)} label="Copy JSON" />
            <pre className="mono">{JSON.stringify(row, null, 2)}</pre>
          </div>
        </Tabs.Panel>
      </Tabs>
    </aside>
  );
}

function PanelHead({ row, source, link, onMove, onClose }: Omit<Props, 'actions'>) {
  const zone = usePreference('zone');
  const time = textOf(row, 'Timestamp');
  const level = textOf(row, source === 'logs' ? 'SeverityText' : 'StatusCode');
  const severity = severityOf(level, Number(row.SeverityNumber ?? 0));
  const traceId = textOf(row, 'TraceId');
  const spanId = textOf(row, 'SpanId');
  return (
    <header className={classes.head}>
      <div className={classes.line}>
        <span className={classes.level} style={{ ['--mark' as string]: severityColor(severity) }}>
          {level === '' ? severity : level}
        </span>
        <b>{textOf(row, 'ServiceName') || 'no service name'}</b>
        <span className={classes.buttons}>
          <Tooltip label="Row above (k)">
            <ActionIcon aria-label="Row above" onClick={() => onMove(-1)}>
              <IconChevronUp size={16} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Row below (j)">
            <ActionIcon aria-label="Row below" onClick={() => onMove(1)}>
              <IconChevronDown size={16} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Close (Esc)">
            <ActionIcon aria-label="Close" onClick={onClose}>
              <IconX size={16} />
            </ActionIcon>
          </Tooltip>
        </span>
      </div>
      <div className={`quiet numbers ${classes.time}`}>
        {formatTime(time, zone, 9)} {zoneOffset(zone, Date.parse(time))}
      </div>
      <div className={classes.line}>
        {traceId === '' ? null : (
          <LinkButton
            to="/trace/$traceId"
            params={{ traceId }}
            search={spanId === '' ? {} : { span: spanId }}
            variant="light"
            leftSection={<IconTimeline size={14} />}
          >
            Open trace
          </LinkButton>
        )}
        <CopyButton value={link} label="Share link" />
      </div>
    </header>
  );
}
