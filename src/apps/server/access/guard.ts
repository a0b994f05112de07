import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  checkOrigin,
  checkSameOrigin,
  type OwnNames,
  type RequestOrigin,
} from '../../../core/access/request-origin.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { Sessions } from './sessions.ts';
import type { Tokens } from './tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** By which credential the guard let it through: `token NAME`, `session` or `open mode`. */
    caller?: string;
  }
}

/** What the guard decides with. */
export interface GuardOptions {
  readonly mode: 'open' | 'password';
  readonly own: OwnNames;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
}

/** Name of the session cookie. */
export const sessionCookie = 'castellan_session';

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);
const isGuardedPath = (path: string) => /^\/(api|metrics)(\/|\?|$)/.test(path);

/** Lets a request to the API through, or throws a RequestFailure. Files of the page are for all. */
export function registerGuard(app: FastifyInstance, options: GuardOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!isGuardedPath(request.url)) return;
    const access = request.routeOptions.config?.access ?? 'guarded';
    if (access === 'open') return;
    reply.header('cache-control', 'no-store');
    if (options.mode === 'open') {
      checkOpenMode(request, options.own);
      request.caller = 'open mode';
    } else if (access === 'public') checkPublic(request, options.own);
    else await checkCredentials(request, reply, options);
  });
}

const originOf = (request: FastifyRequest): RequestOrigin => ({
  method: request.method,
  host: request.host,
  origin: request.headers.origin,
  fetchSite: request.headers['sec-fetch-site'] as string | undefined,
});

function checkOpenMode(request: FastifyRequest, own: OwnNames): void {
  const checked = checkOrigin(originOf(request), own);
  if (!checked.ok)
    throw new RequestFailure('forbidden', checked.error.message, { hint: checked.error.hint });
}

function checkPublic(request: FastifyRequest, own: OwnNames): void {
  if (safe.has(request.method)) return;
  const checked = checkSameOrigin(originOf(request), own);
  if (!checked.ok)
    throw new RequestFailure('forbidden', checked.error.message, { hint: checked.error.hint });
}

/** A bearer that is the SHA-256 of a password, as ClusterSight's clients send it. */
const passwordDigest = /^[0-9a-f]{64}$/i;

async function checkCredentials(
  request: FastifyRequest,
  reply: FastifyReply,
  options: GuardOptions,
): Promise<void> {
  const { authorization } = request.headers;
  const bearer = /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1];
  const token = bearer === undefined ? undefined : await options.tokens.identify(bearer);
  if (token !== undefined) {
    request.caller = `token ${token}`;
    return;
  }
  const session = request.cookies[sessionCookie];
  if (authorization === undefined && session && (await options.sessions.touch(session))) {
    checkForgery(request, options.own);
    request.caller = 'session';
    return;
  }
  reply.header('www-authenticate', 'Bearer realm="castellan"');
  throw unauthenticated(authorization, bearer, session);
}

function unauthenticated(
  authorization: string | undefined,
  bearer: string | undefined,
  session: string | undefined,
): RequestFailure {
  if (bearer !== undefined && passwordDigest.test(bearer))
    return new RequestFailure('unauthenticated', 'a digest of the password is not a credential', {
      hint: 'Make an API token (on the page, or with castellan tokens create NAME) and send it as Authorization: Bearer cst_….',
    });
  if (bearer?.startsWith('cik_'))
    return new RequestFailure('unauthenticated', 'this is an ingestion key, not an API token', {
      hint: 'Ingestion keys send telemetry to the OTLP ports. Make an API token for the API.',
    });
  if (authorization !== undefined)
    return new RequestFailure('unauthenticated', 'the API token is not known', {
      hint: 'Send Authorization: Bearer cst_…; castellan tokens create NAME makes a token.',
    });
  return new RequestFailure(
    'unauthenticated',
    session === undefined ? 'this needs a session or an API token' : 'the session has ended',
    { hint: 'Log in on the page, or send Authorization: Bearer with an API token.' },
  );
}

/**
 * A cookie travels by itself, so what it authorises must come from our own page. Every browser of
 * today names the origin of an unsafe request. One that names none has to be of a kind that no
 * HTML form can send.
 */
function checkForgery(request: FastifyRequest, own: OwnNames): void {
  const origin = originOf(request);
  if (!safe.has(request.method) || origin.fetchSite !== undefined || origin.origin !== undefined) {
    const checked = checkSameOrigin(origin, own);
    if (!checked.ok)
      throw new RequestFailure('forbidden', checked.error.message, { hint: checked.error.hint });
  }
  if (safe.has(request.method) || request.method !== 'POST') return;
  if (origin.origin !== undefined || origin.fetchSite !== undefined) return;
  const type = request.headers['content-type'] ?? '';
  if (/^application\/json\b/i.test(type) || request.headers['x-requested-with'] !== undefined)
    return;
  throw new RequestFailure('forbidden', 'this request could have been sent by a form elsewhere', {
    hint: 'Send it as application/json, with an X-Requested-With header, or with an API token.',
  });
}
