import { ActionIcon, Button, Skeleton, Tooltip } from '@mantine/core';
import { IconPencil, IconPlus, IconTool, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Maintenance } from '../../api/alert-shapes.ts';
import { maintenanceQuery } from '../../api/alerts.ts';
import { clustersQuery } from '../../api/fleet.ts';
import { MaintenanceForm } from '../../forms/alerting/maintenance.tsx';
import { MaintenanceDeleteForm } from '../../forms/alerting/maintenance-delete.tsx';
import { EmptyNotice, FailureNotice } from '../../ui/notice.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { formatSeconds } from '../../ui/quantity.ts';
import { formatTime, zoneOffset } from '../../ui/time.ts';
import { matchText } from '../alerts/match-text.ts';
import classes from '../cluster.module.css';
import own from './settings.module.css';

/** Planned work, during which nobody is told. */
export function MaintenanceWindows() {
  const windows = useQuery(maintenanceQuery);
  const [editing, setEditing] = useState<Maintenance | 'new'>();
  const [deleting, setDeleting] = useState<Maintenance>();
  return (
    <section className={classes.card} aria-label="Maintenance">
      <div className={classes.titled}>
        <h2>Maintenance</h2>
        <span className={classes.end}>
          <Button leftSection={<IconPlus size={14} />} onClick={() => setEditing('new')}>
            Plan maintenance
          </Button>
        </span>
      </div>
      {windows.isError ? (
        <FailureNotice compact error={windows.error} onRetry={() => void windows.refetch()} />
      ) : null}
      {windows.data === undefined ? (
        windows.isPending ? (
          <Skeleton height={90} />
        ) : null
      ) : windows.data.windows.length === 0 ? (
        <EmptyNotice icon={<IconTool size={22} />} title="Nothing is planned">
          During maintenance alerts go on here, but nobody is sent a message.
        </EmptyNotice>
      ) : (
        <ul className={own.list}>
          {windows.data.windows.map((window) => (
            <WindowRow
              key={window.id}
              window={window}
              onEdit={() => setEditing(window)}
              onDelete={() => setDeleting(window)}
            />
          ))}
        </ul>
      )}
      <MaintenanceForm editing={editing} onClose={() => setEditing(undefined)} />
      <MaintenanceDeleteForm window={deleting} onClose={() => setDeleting(undefined)} />
    </section>
  );
}

function WindowRow({
  window,
  onEdit,
  onDelete,
}: {
  window: Maintenance;
  onEdit(): void;
  onDelete(): void;
}) {
  const zone = usePreference('zone');
  const clusters = useQuery(clustersQuery).data?.clusters ?? [];
  const { match, current, next, schedule, durationMs } = window;
  const named = clusters.find(({ id }) => id === match.cluster)?.name;
  const span = current ?? next;
  const at = (time: string) => formatTime(time, zone, 0).slice(0, 16);
  return (
    <li className={own.item} data-off={window.enabled ? undefined : true}>
      <div className={own.line}>
        <b>{window.name}</b>
        {current === null ? null : <span className={own.tag}>now</span>}
        {span === null ? <span className={own.tag}>over</span> : null}
        <span className={own.end}>
          <Tooltip label="Edit">
            <ActionIcon aria-label={`Edit ${window.name}`} onClick={onEdit}>
              <IconPencil size={15} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Delete">
            <ActionIcon aria-label={`Delete ${window.name}`} onClick={onDelete}>
              <IconTrash size={15} />
            </ActionIcon>
          </Tooltip>
        </span>
      </div>
      <div>{matchText({ ...match, ...(named === undefined ? {} : { cluster: named }) })}</div>
      <div className="quiet numbers">
        {span === null
          ? ''
          : `${current === null ? 'next ' : ''}${at(span.from)} – ${at(span.to)} ${zoneOffset(zone, Date.parse(span.from))}`}
        {schedule === undefined
          ? ''
          : `; ${schedule} (${window.timeZone}) for ${formatSeconds((durationMs ?? 0) / 1000)}`}
        {window.comment === '' ? '' : `; ${window.comment}`}
      </div>
    </li>
  );
}
