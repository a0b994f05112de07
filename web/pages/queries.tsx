import { Tabs } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { changeParams } from './cluster/cluster-params.ts';
import classes from './cluster.module.css';
import { KillsView } from './queries/kills-view.tsx';
import { LogView, type QueriesChange } from './queries/log-view.tsx';
import { QueriesFrame } from './queries/queries-frame.tsx';
import { type View, views } from './queries/query-params.ts';
import { RunningView } from './queries/running-view.tsx';

const titles: Readonly<Record<View, string>> = {
  log: 'Insights',
  running: 'Running',
  kills: 'Killed',
};

/** The queries of a cluster: what those that ended did, what runs, what was killed. */
export function QueriesPage() {
  const { id } = useParams({ from: '/clusters/$id/queries' });
  const params = useSearch({ from: '/clusters/$id/queries' });
  const navigate = useNavigate({ from: '/clusters/$id/queries' });
  const change = (wanted: QueriesChange) =>
    void navigate({
      search: (before) => changeParams(before, wanted),
      // Another view is another place; a filter is not.
      replace: !('view' in wanted),
    });
  const view = params.view ?? 'log';
  return (
    <QueriesFrame id={id} title="Queries">
      {(cluster) => (
        <Tabs
          value={view}
          onChange={(next) => change({ view: viewOf(next) })}
          keepMounted={false}
          className={classes.tabs!}
        >
          <Tabs.List>
            {views.map((each) => (
              <Tabs.Tab key={each} value={each}>
                {titles[each]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value={view}>
            {view === 'log' ? (
              <LogView cluster={cluster} params={params} onChange={change} />
            ) : view === 'running' ? (
              <RunningView
                cluster={cluster}
                node={params.node}
                onNode={(node) => change({ node })}
              />
            ) : (
              <KillsView cluster={cluster} />
            )}
          </Tabs.Panel>
        </Tabs>
      )}
    </QueriesFrame>
  );
}

function viewOf(value: string | null): QueriesChange['view'] {
  const view = views.find((each) => each === value);
  return view === 'log' ? undefined : view;
}
