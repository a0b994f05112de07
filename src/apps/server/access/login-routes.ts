import type { FastifyReply, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import type { Logger } from '../../../base/log.ts';
import { LoginBody, SessionData } from '../../../model/access/access-api.ts';
import { answer, envelope } from '../../../model/api/envelope.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { Front } from '../http/front.ts';
import { sessionCookie } from './guard.ts';
import type { PasswordVerifier } from './password.ts';
import type { Sessions } from './sessions.ts';

/** What logging in needs. */
export interface LoginOptions {
  /** Absent in open mode. */
  readonly password: PasswordVerifier | undefined;
  readonly sessions: Sessions;
  readonly attemptsPerMinute: number;
  readonly attemptsTotalPerMinute: number;
  readonly cookie: { readonly path: string; readonly secure: boolean; readonly maxAgeMs: number };
  readonly log: Logger;
}

const Session = envelope(SessionData, z.object({}));

/** One person has one address, or one /64 network of IPv6. */
export function loginAddress(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return `${address.toByteArray().slice(0, 8).join('.')}/64`;
}

/** `POST /login`, `POST /logout`, `GET /session`. */
export function registerLoginRoutes(app: Front, options: LoginOptions): void {
  const { password, sessions } = options;
  const checkLimit = startLoginLimit(app, options);
  const cookie = (request: FastifyRequest) => ({
    path: options.cookie.path,
    httpOnly: true,
    sameSite: 'strict' as const,
    secure: options.cookie.secure || request.protocol === 'https',
  });
  app.post(
    '/api/v1/login',
    {
      config: { access: 'public' },
      schema: {
        tags: ['access'],
        operationId: 'login',
        summary: 'Log in with the password; the answer sets the session cookie.',
        body: LoginBody,
        response: { 200: Session },
      },
    },
    async (request, reply) => {
      if (!password) return answer({ mode: 'open' as const, authenticated: true });
      await checkLimit(request, reply);
      if (!(await password.matches(request.body.password))) {
        options.log.warn('login_failed', { address: request.ip });
        throw new RequestFailure('unauthenticated', 'the password is wrong', {
          hint: 'It is the one in CASTELLAN_PASSWORD (or CLUSTERSIGHT_PASSWORD), where the server was started; spaces and quotes there are part of it.',
        });
      }
      const secret = await sessions.create();
      reply.setCookie(sessionCookie, secret, {
        ...cookie(request),
        maxAge: Math.floor(options.cookie.maxAgeMs / 1_000),
      });
      return answer({ mode: 'password' as const, authenticated: true });
    },
  );
  app.post(
    '/api/v1/logout',
    {
      config: { access: 'public' },
      schema: {
        tags: ['access'],
        operationId: 'logout',
        summary: 'End the session of the cookie.',
        response: { 200: Session },
      },
    },
    async (request, reply) => {
      const secret = request.cookies[sessionCookie];
      if (secret) await sessions.end(secret);
      reply.clearCookie(sessionCookie, cookie(request));
      return answer({
        mode: password ? ('password' as const) : ('open' as const),
        authenticated: !password,
      });
    },
  );
  app.get(
    '/api/v1/session',
    {
      config: { access: 'public' },
      schema: {
        tags: ['access'],
        operationId: 'session',
        summary: 'Whether a password is set, and whether the caller is logged in.',
        response: { 200: Session },
      },
    },
    async (request) => {
      if (!password) return answer({ mode: 'open' as const, authenticated: true });
      const secret = request.cookies[sessionCookie];
      const authenticated = secret !== undefined && (await sessions.touch(secret));
      return answer({ mode: 'password' as const, authenticated });
    },
  );
}

/** Attempts are counted before the password is looked at, right ones too. */
function startLoginLimit(app: Front, options: LoginOptions) {
  const perAddress = app.createRateLimit({
    max: options.attemptsPerMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => loginAddress(request.ip),
  });
  const total = app.createRateLimit({
    max: options.attemptsTotalPerMinute,
    timeWindow: 60_000,
    keyGenerator: () => 'all',
  });
  return async (request: FastifyRequest, _reply: FastifyReply): Promise<void> => {
    for (const [limit, whose] of [
      [perAddress, 'from this address'],
      [total, 'in all'],
    ] as const) {
      const state = await limit(request);
      if (state.isAllowed || !state.isExceeded) continue;
      options.log.warn('login_limited', { address: request.ip, limit: whose });
      throw new RequestFailure('rate_limited', `there were too many login attempts ${whose}`, {
        hint: `Wait ${state.ttlInSeconds} s and try again.`,
        retryAfterSeconds: state.ttlInSeconds,
      });
    }
  };
}
