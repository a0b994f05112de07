import { Button, Select, Skeleton, Tabs, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconBellCheck, IconSearch, IconZoomCancel } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import { alertsQuery } from '../api/alerts.ts';
import { clustersQuery } from '../api/fleet.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { EmptyNotice, FailureNotice } from '../ui/notice.tsx';
import {
  type AlertParams,
  changeAlertParams,
  choiceOf,
  parseAlertParams,
  sinceWords,
} from './alerts/alert-params.ts';
import { AlertRow } from './alerts/alert-row.tsx';
import { Silences } from './alerts/silences.tsx';
import own from './alerts.module.css';
import classes from './clusters.module.css';

interface PartProps {
  readonly params: AlertParams;
  readonly onChange: (change: { [K in keyof AlertParams]?: AlertParams[K] | undefined }) => void;
}

/** What people were told of: once for each cause. */
export function AlertsPage() {
  const params = useSearch({ from: '/alerts' });
  const navigate = useNavigate({ from: '/alerts' });
  const change: PartProps['onChange'] = (wanted) =>
    void navigate({ search: changeAlertParams(params, wanted), replace: !('show' in wanted) });
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>Alerts</h1>
        <p className="quiet">One for each cause, with all that it explains.</p>
        <span className={classes.end}>
          <LinkButton variant="default" to="/settings">
            Channels and rules
          </LinkButton>
        </span>
      </header>
      <Tabs
        value={params.show ?? 'active'}
        onChange={(show) => change({ show: parseAlertParams({ show }).show })}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="active">Active</Tabs.Tab>
          <Tabs.Tab value="history">History</Tabs.Tab>
          <Tabs.Tab value="silences">Silences</Tabs.Tab>
        </Tabs.List>
      </Tabs>
      {params.show === 'silences' ? (
        <Silences />
      ) : (
        <>
          <AlertFilter params={params} onChange={change} />
          <AlertList params={params} onChange={change} />
        </>
      )}
    </div>
  );
}

function AlertFilter({ params, onChange }: PartProps) {
  const input = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => input.current?.focus()]]);
  const clusters = useQuery(clustersQuery).data?.clusters ?? [];
  return (
    <div className={own.filter}>
      <TextInput
        ref={input}
        aria-label="Find alerts"
        placeholder="Find in titles and messages"
        leftSection={<IconSearch size={13} />}
        value={params.q ?? ''}
        onChange={(event) => onChange({ q: event.currentTarget.value })}
        className={own.find!}
      />
      <Select
        aria-label="Cluster"
        placeholder="All clusters"
        clearable
        searchable
        data={clusters.map(({ id, name }) => ({ value: id, label: name }))}
        value={params.cluster ?? null}
        onChange={(cluster) => onChange({ cluster: cluster ?? undefined })}
      />
      <Select
        aria-label="Severity"
        placeholder="All severities"
        clearable
        data={['critical', 'high', 'warning', 'info']}
        value={params.severity ?? null}
        onChange={(severity) => onChange({ severity: parseAlertParams({ severity }).severity })}
      />
      {params.show === 'history' ? (
        <Select
          aria-label="How far back"
          placeholder="Any time"
          clearable
          data={Object.entries(sinceWords).map(([value, label]) => ({ value, label }))}
          value={params.since ?? null}
          onChange={(since) =>
            onChange({ since: parseAlertParams({ show: 'history', since }).since })
          }
        />
      ) : null}
    </div>
  );
}

function AlertList({ params, onChange }: PartProps) {
  const alerts = useInfiniteQuery(alertsQuery(choiceOf(params, Date.now())));
  const filtered = [params.q, params.cluster, params.severity, params.since].some(
    (each) => each !== undefined,
  );
  if (alerts.isError)
    return <FailureNotice error={alerts.error} onRetry={() => void alerts.refetch()} />;
  if (alerts.data === undefined) return <Skeleton height={220} radius={12} />;
  const shown = alerts.data.pages.flatMap(({ data }) => data.alerts);
  if (shown.length === 0)
    return filtered ? (
      <EmptyNotice
        icon={<IconZoomCancel size={22} />}
        title="No alert fits the filter"
        actions={
          <Button
            variant="default"
            onClick={() =>
              onChange({
                q: undefined,
                cluster: undefined,
                severity: undefined,
                since: undefined,
              })
            }
          >
            Show all
          </Button>
        }
      />
    ) : (
      <EmptyNotice
        icon={<IconBellCheck size={22} />}
        title={params.show === 'history' ? 'There has been no alert yet' : 'No alert is active'}
        actions={
          <LinkButton variant="default" to="/settings">
            Where alerts go
          </LinkButton>
        }
      >
        Alerts come from what the checks find, and from rules of your own.
      </EmptyNotice>
    );
  return (
    <>
      <ul className={own.list}>
        {shown.map((alert) => (
          <AlertRow key={alert.id} alert={alert} />
        ))}
      </ul>
      {alerts.hasNextPage ? (
        <Button
          variant="default"
          className={own.older!}
          loading={alerts.isFetchingNextPage}
          onClick={() => void alerts.fetchNextPage()}
        >
          Older
        </Button>
      ) : null}
    </>
  );
}
