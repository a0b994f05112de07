import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Fleet } from '../fleet.ts';
import { clusterRoutes } from './cluster-routes.ts';
import { findingRoutes } from './finding-routes.ts';
import { panelRoutes } from './panel-routes.ts';
import { sampleRoutes } from './sample-routes.ts';

/**
 * The fleet's part of the HTTP API. The prefix, access and the error envelope are the server's:
 * handlers throw RequestFailure.
 */
export const fleetRoutes =
  (fleet: Fleet): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(clusterRoutes(fleet));
    await app.register(findingRoutes(fleet));
    await app.register(sampleRoutes(fleet));
    await app.register(panelRoutes(fleet));
  };
