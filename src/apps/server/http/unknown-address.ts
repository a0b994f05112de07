import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RequestFailure } from '../../../model/api/failure.ts';

/** Which methods each address has, by pattern. */
interface KnownAddress {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

const isApi = (path: string) => /^\/(api|metrics)(\/|$)/.test(path);

/**
 * Answers for addresses without a route: 405 where another method has one, the page for what a
 * browser navigates to, 404 for the rest. Call before routes are registered.
 */
export function collectAddresses(app: FastifyInstance) {
  const known = new Map<string, KnownAddress>();
  app.addHook('onRoute', ({ url, method }) => {
    const source = url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[^/]+/g, '[^/]+');
    const entry = known.get(url) ?? { pattern: new RegExp(`^${source}$`), methods: new Set() };
    for (const each of [method].flat()) entry.methods.add(each);
    known.set(url, entry);
  });

  return (page: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const path = request.url.split('?', 1)[0] ?? '/';
      const methods = [...known.values()]
        .filter((each) => each.pattern.test(path))
        .flatMap((each) => [...each.methods]);
      if (methods.length > 0 && !methods.includes(request.method)) {
        const allowed = [...new Set(methods)].sort().join(', ');
        reply.header('allow', allowed);
        throw new RequestFailure(
          'method_not_allowed',
          `${path} does not answer ${request.method}`,
          { hint: `It answers ${allowed}.` },
        );
      }
      if (!isApi(path) && isNavigation(request)) return page(request, reply);
      throw new RequestFailure('not_found', `there is nothing at ${request.method} ${path}`, {
        ...(isApi(path) ? { hint: 'All calls are described at /api/v1/openapi.json.' } : {}),
      });
    };
}

/** A person's browser asks for a page of the single-page application, not for a lost file. */
const isNavigation = (request: FastifyRequest): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  !/\.[a-z0-9]{2,5}$/i.test(request.url.split('?', 1)[0] ?? '') &&
  /text\/html|\*\/\*/.test(request.headers.accept ?? '*/*');
