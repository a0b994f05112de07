import { Button, Menu, Skeleton } from '@mantine/core';
import { IconBellRinging, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Channel } from '../../api/alert-shapes.ts';
import { channelsQuery } from '../../api/alerts.ts';
import { ChannelForm } from '../../forms/alerting/channel.tsx';
import { ChannelDeleteForm } from '../../forms/alerting/channel-delete.tsx';
import { type ChannelKind, kindNames } from '../../forms/alerting/channel-draft.ts';
import { EmptyNotice, FailureNotice } from '../../ui/notice.tsx';
import classes from '../cluster.module.css';
import { ChannelRow } from './channel-row.tsx';
import own from './settings.module.css';

const kinds = Object.keys(kindNames) as ChannelKind[];

/** Where messages go: Slack, webhooks, e-mail. */
export function Channels() {
  const channels = useQuery(channelsQuery);
  const [editing, setEditing] = useState<Channel | ChannelKind>();
  const [deleting, setDeleting] = useState<Channel>();
  const all = channels.data?.channels ?? [];
  return (
    <section className={classes.card} aria-label="Channels">
      <div className={classes.titled}>
        <h2>Channels</h2>
        <span className={classes.end}>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button leftSection={<IconPlus size={14} />}>Add channel</Button>
            </Menu.Target>
            <Menu.Dropdown>
              {kinds.map((kind) => (
                <Menu.Item key={kind} onClick={() => setEditing(kind)}>
                  {kindNames[kind]}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </span>
      </div>
      {channels.isError ? (
        <FailureNotice compact error={channels.error} onRetry={() => void channels.refetch()} />
      ) : null}
      {channels.data === undefined ? (
        channels.isPending ? (
          <Skeleton height={90} />
        ) : null
      ) : all.length === 0 ? (
        <EmptyNotice icon={<IconBellRinging size={22} />} title="Nobody is told yet">
          Alerts are shown here only, until there is a channel.
        </EmptyNotice>
      ) : (
        <ul className={own.list}>
          {all.map((channel) => (
            <ChannelRow
              key={channel.id}
              channel={channel}
              onEdit={() => setEditing(channel)}
              onDelete={() => setDeleting(channel)}
            />
          ))}
        </ul>
      )}
      <ChannelForm editing={editing} onClose={() => setEditing(undefined)} />
      <ChannelDeleteForm channel={deleting} onClose={() => setDeleting(undefined)} />
    </section>
  );
}
