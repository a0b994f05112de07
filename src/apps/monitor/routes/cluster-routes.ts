import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { answer, envelope } from '../../../model/api/envelope.ts';
import { ClusterSettings } from '../../../model/fleet/cluster.ts';
import {
  ClusterChange,
  ClusterData,
  ClustersData,
  ClusterTestBody,
  ClusterTestData,
  GrantsData,
} from '../../../model/fleet/fleet-api.ts';
import type { Fleet } from '../fleet.ts';
import { ClusterId, callerSignal, failures, NoMeta, tags } from './route-parts.ts';

const Cluster = envelope(ClusterData, NoMeta);

/** Trying, listing and reading clusters. */
const readRoutes =
  (fleet: Fleet): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/clusters/test',
      {
        schema: {
          tags,
          operationId: 'testCluster',
          summary: 'Try a connection: which nodes there are and what the user may read',
          description: 'Saves nothing. Always 200: a cluster that cannot be reached is an answer.',
          body: ClusterTestBody,
          response: { 200: envelope(ClusterTestData, NoMeta), ...failures },
        },
      },
      async (request, reply) => answer(await fleet.test(request.body, callerSignal(reply))),
    );
    app.get(
      '/clusters',
      {
        schema: {
          tags,
          operationId: 'listClusters',
          summary: 'All clusters with their standing',
          response: { 200: envelope(ClustersData, NoMeta), ...failures },
        },
      },
      async () => answer({ clusters: await fleet.list() }),
    );
    app.get(
      '/clusters/grants',
      {
        schema: {
          tags,
          operationId: 'clusterGrants',
          summary: 'What to run on a cluster to make a user for monitoring',
          querystring: z.object({ username: z.string().max(200).default('castellan') }),
          response: { 200: envelope(GrantsData, NoMeta), ...failures },
        },
      },
      async (request) => answer(fleet.grants(request.query.username)),
    );
    app.get(
      '/clusters/:id',
      {
        schema: {
          tags,
          operationId: 'getCluster',
          summary: 'One cluster with its standing',
          params: ClusterId,
          response: { 200: Cluster, ...failures },
        },
      },
      async (request) => answer(await fleet.get(request.params.id)),
    );
  };

/** Adding, changing and removing clusters. */
const changeRoutes =
  (fleet: Fleet): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/clusters',
      {
        schema: {
          tags,
          operationId: 'createCluster',
          summary: 'Add a cluster; collecting begins at once',
          body: ClusterSettings,
          response: { 201: Cluster, ...failures },
        },
      },
      async (request, reply) => reply.code(201).send(answer(await fleet.add(request.body))),
    );
    for (const method of ['PUT', 'PATCH'] as const)
      app.route({
        method,
        url: '/clusters/:id',
        schema: {
          tags,
          operationId: method === 'PUT' ? 'replaceCluster' : 'changeCluster',
          summary: 'Change what is said of a cluster; what is left out stays as it is',
          params: ClusterId,
          body: ClusterChange,
          response: { 200: Cluster, ...failures },
        },
        handler: async (request) => answer(await fleet.change(request.params.id, request.body)),
      });
    app.delete(
      '/clusters/:id',
      {
        schema: {
          tags,
          operationId: 'deleteCluster',
          summary: 'Remove a cluster, its password, findings and scores',
          description: 'Its samples stay in the store until they are past their retention.',
          params: ClusterId,
          response: { 200: envelope(z.object({ id: z.string() }), NoMeta), ...failures },
        },
      },
      async (request) => {
        await fleet.remove(request.params.id);
        return answer({ id: request.params.id });
      },
    );
    app.post(
      '/clusters/:id/collect',
      {
        schema: {
          tags,
          operationId: 'collectCluster',
          summary: 'Read all of a cluster now, and answer when that is done',
          params: ClusterId,
          response: { 200: Cluster, ...failures },
        },
      },
      async (request, reply) => answer(await fleet.collect(request.params.id, callerSignal(reply))),
    );
    app.post(
      '/secrets/rotate',
      {
        schema: {
          tags,
          operationId: 'rotateSecrets',
          summary: 'Seal all stored passwords with a new key',
          response: { 200: envelope(z.object({ sealed: z.int() }), NoMeta), ...failures },
        },
      },
      async () => answer({ sealed: await fleet.rotateKey() }),
    );
  };

export const clusterRoutes =
  (fleet: Fleet): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(readRoutes(fleet));
    await app.register(changeRoutes(fleet));
  };
