import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Channel, ChannelTest } from '../../api/alert-shapes.ts';
import { channelsQuery, testChannel } from '../../api/alerts.ts';
import { kindNames } from '../../forms/alerting/channel-draft.ts';
import { FailureNotice } from '../../ui/notice.tsx';
import { formatElapsed } from '../../ui/quantity.ts';
import { formatAgo } from '../../ui/time.ts';
import own from './settings.module.css';

/** One channel: where it leads, how it went last, and a button to try it. */
export function ChannelRow({
  channel,
  onEdit,
  onDelete,
}: {
  channel: Channel;
  onEdit(): void;
  onDelete(): void;
}) {
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () => testChannel(channel.id),
    onSettled: () => void client.invalidateQueries(channelsQuery),
  });
  const { lastDelivery } = channel;
  return (
    <li className={own.item} data-off={channel.enabled ? undefined : true}>
      <div className={own.line}>
        <b>{channel.name}</b>
        <span className={own.tag}>{kindNames[channel.kind]}</span>
        {channel.enabled ? null : <span className={own.tag}>off</span>}
        {channel.origin === 'environment' ? (
          <span className={own.tag}>from SLACK_WEBHOOK_URL</span>
        ) : null}
        <span className={own.end}>
          <Button
            variant="default"
            size="compact-xs"
            loading={test.isPending}
            onClick={() => test.mutate()}
          >
            Send a test
          </Button>
          {channel.origin === 'environment' ? null : (
            <>
              <Tooltip label="Edit">
                <ActionIcon aria-label={`Edit ${channel.name}`} onClick={onEdit}>
                  <IconPencil size={15} />
                </ActionIcon>
              </Tooltip>
              <Tooltip label="Delete">
                <ActionIcon aria-label={`Delete ${channel.name}`} onClick={onDelete}>
                  <IconTrash size={15} />
                </ActionIcon>
              </Tooltip>
            </>
          )}
        </span>
      </div>
      <div className="quiet">
        <span className="mono">{channel.target}</span>
        {channel.to === undefined ? '' : `, to ${channel.to.join(', ')}`}, {channel.minSeverity} or
        worse;{' '}
        {lastDelivery === null
          ? 'nothing was sent yet'
          : `last message ${lastDelivery.state} ${formatAgo(lastDelivery.at, Date.now())}`}
        {lastDelivery?.error ? `: ${lastDelivery.error}` : ''}
      </div>
      {channel.problem === null ? null : (
        <div className={own.problem}>
          <IconAlertTriangle size={14} aria-hidden /> {channel.problem}
        </div>
      )}
      {test.isError ? <FailureNotice compact error={test.error} /> : null}
      {test.data === undefined || test.isPending ? null : <Answer test={test.data} />}
    </li>
  );
}

/** What came of a test. */
function Answer({ test }: { test: ChannelTest }) {
  const Icon = test.ok ? IconCircleCheck : IconAlertTriangle;
  return (
    <div className={test.ok ? own.good : own.problem} role="status">
      <Icon size={14} aria-hidden />
      <span>
        {test.message} ({formatElapsed(test.elapsedMs)}) {test.hint ?? ''}
      </span>
    </div>
  );
}
