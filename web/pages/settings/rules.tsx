import { ActionIcon, Button, Skeleton, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Rule, RuleSource } from '../../api/alert-shapes.ts';
import { channelsQuery, rulesQuery } from '../../api/alerts.ts';
import { RuleForm } from '../../forms/alerting/rule.tsx';
import { RuleDeleteForm } from '../../forms/alerting/rule-delete.tsx';
import { ruleText } from '../../forms/alerting/rule-draft.ts';
import { FailureNotice } from '../../ui/notice.tsx';
import { StandingBadge } from '../../ui/standing-badge.tsx';
import classes from '../cluster.module.css';
import own from './settings.module.css';

/** What people are told of: the checks' findings, and rules of one's own. */
export function Rules() {
  const rules = useQuery(rulesQuery);
  const [editing, setEditing] = useState<Rule | 'new'>();
  const [deleting, setDeleting] = useState<Rule>();
  return (
    <section className={classes.card} aria-label="Rules">
      <div className={classes.titled}>
        <h2>Rules</h2>
        <span className={classes.end}>
          <Button leftSection={<IconPlus size={14} />} onClick={() => setEditing('new')}>
            Add rule
          </Button>
        </span>
      </div>
      {rules.isError ? (
        <FailureNotice compact error={rules.error} onRetry={() => void rules.refetch()} />
      ) : null}
      {rules.data === undefined ? (
        rules.isPending ? (
          <Skeleton height={90} />
        ) : null
      ) : rules.data.rules.length === 0 ? (
        <p className="quiet">There is none: nobody is told of anything.</p>
      ) : (
        <ul className={own.list}>
          {rules.data.rules.map((rule) => (
            <RuleRow
              key={rule.id}
              rule={rule}
              onEdit={() => setEditing(rule)}
              onDelete={() => setDeleting(rule)}
            />
          ))}
        </ul>
      )}
      <RuleForm editing={editing} onClose={() => setEditing(undefined)} />
      <RuleDeleteForm rule={deleting} onClose={() => setDeleting(undefined)} />
    </section>
  );
}

function RuleRow({ rule, onEdit, onDelete }: { rule: Rule; onEdit(): void; onDelete(): void }) {
  const channels = useQuery(channelsQuery).data?.channels ?? [];
  const names = rule.channels.map(
    (id) => channels.find((channel) => channel.id === id)?.name ?? 'a channel that is gone',
  );
  return (
    <li className={own.item} data-off={rule.enabled ? undefined : true}>
      <div className={own.line}>
        <b>{rule.name}</b>
        {rule.source.kind === 'finding' ? null : <StandingBadge standing={rule.severity} />}
        {rule.enabled ? null : <span className={own.tag}>off</span>}
        {rule.origin === 'default' ? (
          <span className={own.tag}>made at the first start</span>
        ) : null}
        <span className={own.end}>
          <Tooltip label="Edit">
            <ActionIcon aria-label={`Edit ${rule.name}`} onClick={onEdit}>
              <IconPencil size={15} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Delete">
            <ActionIcon aria-label={`Delete ${rule.name}`} onClick={onDelete}>
              <IconTrash size={15} />
            </ActionIcon>
          </Tooltip>
        </span>
      </div>
      <div className="mono">{ruleText(rule.source as RuleSource)}</div>
      <div className="quiet">
        {rule.description === '' ? '' : `${rule.description} `}
        To {names.length === 0 ? 'all channels' : names.join(', ')}
      </div>
      {rule.problem === null ? null : (
        <div className={own.problem}>
          <IconAlertTriangle size={14} aria-hidden /> {rule.problem}
        </div>
      )}
    </li>
  );
}
