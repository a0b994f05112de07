import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { basePath } from './api/client.ts';
import { parseAlertParams } from './pages/alerts/alert-params.ts';
import { parseCheckParams } from './pages/checks/check-params.ts';
import { parseClusterParams } from './pages/cluster/cluster-params.ts';
import { parseFleetParams } from './pages/clusters/fleet-params.ts';
import { LostPage } from './pages/lost.tsx';
import { parseNodeParams } from './pages/node/node-params.ts';
import { PageFailure } from './pages/page-failure.tsx';
import { parseQueriesParams, parseQueryParams } from './pages/queries/query-params.ts';
import { parseSearchParams } from './pages/search/search-state.ts';
import { parseSendParams } from './pages/send/send-params.ts';
import { parseSettingsParams } from './pages/settings/settings-params.ts';
import { Shell } from './pages/shell.tsx';
import { parseTableParams } from './pages/table/table-params.ts';
import { parseTraceParams } from './pages/trace/trace-params.ts';
import { PageSkeleton } from './ui/page-skeleton.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: LostPage });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/home.tsx'), 'HomePage'),
});

const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  validateSearch: parseSearchParams,
  component: lazyRouteComponent(() => import('./pages/search.tsx'), 'SearchPage'),
});

const clusters = createRoute({
  getParentRoute: () => root,
  path: '/clusters',
  validateSearch: parseFleetParams,
  component: lazyRouteComponent(() => import('./pages/clusters.tsx'), 'ClustersPage'),
});

const clusterNew = createRoute({
  getParentRoute: () => root,
  path: '/clusters/new',
  component: lazyRouteComponent(() => import('./pages/cluster-new.tsx'), 'ClusterNewPage'),
});

const cluster = createRoute({
  getParentRoute: () => root,
  path: '/clusters/$id',
  validateSearch: parseClusterParams,
  component: lazyRouteComponent(() => import('./pages/cluster.tsx'), 'ClusterPage'),
});

const clusterEdit = createRoute({
  getParentRoute: () => root,
  path: '/clusters/$id/edit',
  component: lazyRouteComponent(() => import('./pages/cluster-edit.tsx'), 'ClusterEditPage'),
});

const finding = createRoute({
  getParentRoute: () => root,
  path: '/clusters/$id/findings/$finding',
  component: lazyRouteComponent(() => import('./pages/finding.tsx'), 'FindingPage'),
});

const queries = createRoute({
  getParentRoute: () => root,
  path: '/clusters/$id/queries',
  validateSearch: parseQueriesParams,
  component: lazyRouteComponent(() => import('./pages/queries.tsx'), 'QueriesPage'),
});

const query = createRoute({
  getParentRoute: () => root,
  path: '/clusters/$id/queries/$hash',
  validateSearch: parseQueryParams,
  component: lazyRouteComponent(() => import('./pages/query.tsx'), 'QueryPage'),
});

const node = createRoute({
  getParentRoute: () => root,
  path: '/clusters/$id/nodes/$node',
  validateSearch: parseNodeParams,
  component: lazyRouteComponent(() => import('./pages/node.tsx'), 'NodePage'),
});

const table = createRoute({
  getParentRoute: () => root,
  path: '/clusters/$id/table',
  validateSearch: parseTableParams,
  component: lazyRouteComponent(() => import('./pages/table.tsx'), 'TablePage'),
});

const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  validateSearch: parseAlertParams,
  component: lazyRouteComponent(() => import('./pages/alerts.tsx'), 'AlertsPage'),
});

const alert = createRoute({
  getParentRoute: () => root,
  path: '/alerts/$id',
  component: lazyRouteComponent(() => import('./pages/alert.tsx'), 'AlertPage'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  validateSearch: parseSettingsParams,
  component: lazyRouteComponent(() => import('./pages/settings.tsx'), 'SettingsPage'),
});

const checks = createRoute({
  getParentRoute: () => root,
  path: '/checks',
  validateSearch: parseCheckParams,
  component: lazyRouteComponent(() => import('./pages/checks.tsx'), 'ChecksPage'),
});

const trace = createRoute({
  getParentRoute: () => root,
  path: '/trace/$traceId',
  validateSearch: parseTraceParams,
  component: lazyRouteComponent(() => import('./pages/trace.tsx'), 'TracePage'),
});

const send = createRoute({
  getParentRoute: () => root,
  path: '/send',
  validateSearch: parseSendParams,
  component: lazyRouteComponent(() => import('./pages/send.tsx'), 'SendPage'),
});

const access = createRoute({
  getParentRoute: () => root,
  path: '/access',
  component: lazyRouteComponent(() => import('./pages/access.tsx'), 'AccessPage'),
});

/** Plain `?a=b&a=c`: addresses that people can read and write. */
function parseSearch(text: string): Record<string, string | string[]> {
  const params = new URLSearchParams(text);
  return Object.fromEntries(
    [...new Set(params.keys())].map((key) => {
      const values = params.getAll(key);
      return [key, values.length === 1 ? values[0]! : values];
    }),
  );
}

function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search))
    for (const each of [value].flat()) if (each !== undefined) params.append(key, String(each));
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    clusters,
    clusterNew,
    cluster,
    clusterEdit,
    finding,
    queries,
    query,
    node,
    table,
    checks,
    alerts,
    alert,
    settings,
    search,
    trace,
    send,
    access,
  ]),
  basepath: basePath,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPendingComponent: PageSkeleton,
  defaultErrorComponent: PageFailure,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
