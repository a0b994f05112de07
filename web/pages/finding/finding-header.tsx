import { Button } from '@mantine/core';
import { IconBellZ, IconCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { deleteMark } from '../../api/fleet.ts';
import type { Cluster, FindingDetail, MarkBody } from '../../api/fleet-shapes.ts';
import { MarkForm } from '../../forms/mark.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Crumbs } from '../../ui/crumbs.tsx';
import { FailureNotice } from '../../ui/notice.tsx';
import { standingOf } from '../../ui/outcome.ts';
import { usePreference } from '../../ui/preferences.ts';
import { StandingBadge } from '../../ui/standing-badge.tsx';
import { formatAgo, formatTime, zoneOffset } from '../../ui/time.ts';
import { subjectText } from '../cluster/finding-tree.ts';
import own from './finding.module.css';

/** What was found, about what, since when; and what a person says to it. */
export function FindingHeader({
  id,
  cluster,
  detail,
}: {
  id: string;
  cluster: Cluster | undefined;
  detail: FindingDetail;
}) {
  const { finding, open } = detail;
  const { node, database, table } = finding.subject;
  const zone = usePreference('zone');
  const [marking, setMarking] = useState<MarkBody['kind']>();
  const at = (time: string) =>
    `${formatTime(time, zone, 0)} ${zoneOffset(zone, Date.parse(time))} (${formatAgo(time, Date.now())})`;
  return (
    <header className={own.head}>
      <Crumbs>
        <Link to="/clusters">Clusters</Link>
        <Link to="/clusters/$id" params={{ id }}>
          {cluster?.name ?? id}
        </Link>
        {node === undefined ? null : (
          <Link to="/clusters/$id/nodes/$node" params={{ id, node }}>
            {node}
          </Link>
        )}
        {database === undefined || table === undefined ? null : (
          <Link
            to="/clusters/$id/table"
            params={{ id }}
            search={{ database, table, ...(node === undefined ? {} : { node }) }}
          >
            {database}.{table}
          </Link>
        )}
      </Crumbs>
      <div className={own.line}>
        <h1>{finding.title}</h1>
        <StandingBadge standing={standingOf(finding)} />
        {open ? null : <span className="quiet">over</span>}
        <span className={own.end}>
          <CopyButton value={() => window.location.href} label="Share link" />
          <Button
            variant="default"
            leftSection={<IconBellZ size={14} />}
            onClick={() => setMarking('snoozed')}
          >
            Snooze
          </Button>
          <Button
            variant="default"
            leftSection={<IconCheck size={14} />}
            onClick={() => setMarking('intended')}
          >
            Intended
          </Button>
        </span>
      </div>
      <p className={own.message}>{finding.message}</p>
      <div className={`numbers ${own.facts}`}>
        {subjectText(finding) === '' ? null : <span>{subjectText(finding)}</span>}
        <span>{finding.group}</span>
        <span>since {at(finding.firstSeen)}</span>
        <span>last seen {formatAgo(finding.lastSeen, Date.now())}</span>
      </div>
      <Marks id={id} marks={detail.marks} />
      <MarkForm
        cluster={id}
        finding={finding}
        kind={marking}
        onClose={() => setMarking(undefined)}
      />
    </header>
  );
}

function Marks({ id, marks }: { id: string; marks: FindingDetail['marks'] }) {
  const zone = usePreference('zone');
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: (mark: string) => deleteMark(id, mark),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['clusters'] }),
  });
  if (marks.length === 0) return null;
  return (
    <div className={own.marks}>
      {marks.map((mark) => (
        <div key={mark.id} className={own.mark}>
          <b>{mark.kind === 'intended' ? 'Intended' : 'Snoozed'}</b>
          {mark.until === undefined ? null : (
            <span className="numbers">
              until {formatTime(mark.until, zone, 0)} {zoneOffset(zone, Date.parse(mark.until))}
            </span>
          )}
          {mark.note === undefined ? null : <span className="quiet">{mark.note}</span>}
          <span className={own.end}>
            <Button
              variant="subtle"
              size="compact-xs"
              loading={remove.isPending}
              onClick={() => remove.mutate(mark.id)}
            >
              Take back
            </Button>
          </span>
        </div>
      ))}
      {remove.isError ? <FailureNotice compact error={remove.error} /> : null}
    </div>
  );
}
