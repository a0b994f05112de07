import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { createSearchContext, type SearchOptions } from '../search/search-context.ts';
import type { StoredSignal } from '../search/tail-wake.ts';
import { countRoutes } from './count-routes.ts';
import { queryRoutes } from './query-routes.ts';
import { searchRoutes } from './search-routes.ts';
import { tailRoute } from './tail-route.ts';

export interface TelemetryRoutesOptions extends SearchOptions {
  /** Calls `listener` after rows were stored; returns how to stop. Without it a tail polls. */
  readonly onStored?: StoredSignal;
}

/**
 * The search part of the HTTP API: search, compile, histogram, facets, fields, values, sql,
 * traces, tail. The prefix, access and the error envelope are the server's: handlers throw
 * RequestFailure.
 */
export const telemetryRoutes = (options: TelemetryRoutesOptions): FastifyPluginAsyncZod => {
  const context = createSearchContext(options);
  return async (app) => {
    await app.register(searchRoutes(context));
    await app.register(countRoutes(context));
    await app.register(queryRoutes(context));
    await app.register(tailRoute(context, options.onStored));
  };
};
