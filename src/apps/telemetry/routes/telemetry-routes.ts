import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Store } from '../../../adapters/clickhouse/store.ts';
import type { Logger } from '../../../base/log.ts';
import type { SearchContext } from '../search/search-context.ts';
import { defaultSearchLimits, type SearchLimits } from '../search/search-limits.ts';
import { createSourceCatalog } from '../search/search-source.ts';
import { StatementGate } from '../search/statement-gate.ts';
import type { StoredSignal } from '../search/tail-wake.ts';
import { countRoutes } from './count-routes.ts';
import { queryRoutes } from './query-routes.ts';
import { searchRoutes } from './search-routes.ts';
import { tailRoute } from './tail-route.ts';

export interface TelemetryRoutesOptions {
  readonly store: Store;
  readonly logger: Logger;
  readonly now?: () => Date;
  readonly limits?: Partial<SearchLimits>;
  /** Calls `listener` after rows were stored; returns how to stop. Without it a tail polls. */
  readonly onStored?: StoredSignal;
}

/**
 * The search part of the HTTP API: search, compile, histogram, facets, fields, values, sql,
 * traces, tail. The prefix, access and the error envelope are the server's: handlers throw
 * RequestFailure.
 */
export const telemetryRoutes = (options: TelemetryRoutesOptions): FastifyPluginAsyncZod => {
  const now = options.now ?? (() => new Date());
  const limits = { ...defaultSearchLimits, ...options.limits };
  const context: SearchContext = {
    store: options.store,
    logger: options.logger,
    now,
    limits,
    gate: new StatementGate(limits.statements, limits.waitingStatements),
    catalog: createSourceCatalog(options.store, now),
  };
  return async (app) => {
    await app.register(searchRoutes(context));
    await app.register(countRoutes(context));
    await app.register(queryRoutes(context));
    await app.register(tailRoute(context, options.onStored));
  };
};
