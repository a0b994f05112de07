import { constants } from 'node:zlib';
import fastifyCompress from '@fastify/compress';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Logger } from '../../../base/log.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { stripBasePath } from './base-path.ts';
import { registerErrorEnvelope, sendError } from './error-envelope.ts';
import { registerOpenApi } from './open-api.ts';
import { registerPage } from './page.ts';
import { collectAddresses } from './unknown-address.ts';

/** A Fastify instance whose routes are typed by their zod schemas. */
export type Front = ReturnType<typeof typed>;
const typed = (app: FastifyInstance) => app.withTypeProvider<ZodTypeProvider>();

/** What the HTTP front needs to know. */
export interface FrontOptions {
  readonly version: string;
  /** '' or '/castellan'. */
  readonly basePath: string;
  /** Whether people come by https. */
  readonly secure: boolean;
  readonly trustedProxies: readonly string[];
  /** Origins of further pages that may call the API, lower case. */
  readonly origins: readonly string[];
  readonly bodyMaxBytes: number;
  readonly requestTimeoutMs: number;
  readonly maxConnections: number;
  readonly pageFolder: string;
  readonly log: Logger;
}

/** The HTTP front: its routes, and how it stops. */
export interface StartedFront {
  readonly app: Front;
  /** From now on new requests are refused with 503; those in flight go on. */
  refuseNew(): void;
}

/**
 * Makes the HTTP front with everything that all routes share. `register` adds the routes; it runs
 * after the hooks that describe and guard them.
 */
export async function createFront(
  options: FrontOptions,
  register: (app: Front) => Promise<void>,
): Promise<StartedFront> {
  const { basePath, log } = options;
  const app = typed(
    Fastify({
      logger: false,
      trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
      bodyLimit: options.bodyMaxBytes,
      requestTimeout: options.requestTimeoutMs,
      return503OnClosing: false,
      rewriteUrl: (request) => stripBasePath(request.url ?? '/', basePath),
      routerOptions: { ignoreTrailingSlash: true, maxParamLength: 256 },
      frameworkErrors: (error, request, reply) =>
        sendError(error, request as FastifyRequest, reply as unknown as FastifyReply, log),
    }),
  );
  app.server.maxConnections = options.maxConnections;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const answerUnknown = collectAddresses(app);
  let refusing = false;
  app.addHook('onRequest', async (_request, reply) => {
    if (!refusing) return;
    reply.header('connection', 'close');
    throw new RequestFailure('unavailable', 'the server is stopping', { retryAfterSeconds: 5 });
  });
  registerErrorEnvelope(app, log);
  await registerSharedPlugins(app, options);
  await registerOpenApi(app, options);
  await register(app);
  const page = await registerPage(app, { folder: options.pageFolder, basePath });
  app.setNotFoundHandler(answerUnknown(page));
  app.addHook('preClose', async () => closeAsTheyFallIdle(app));
  return {
    app,
    refuseNew() {
      refusing = true;
    },
  };
}

/**
 * Closing ends the connections that are idle at that moment. One that was answering falls idle
 * later, and kept alive it would hold the server for more than a minute.
 */
function closeAsTheyFallIdle(app: FastifyInstance): void {
  const sweep = setInterval(() => app.server.closeIdleConnections(), 50);
  app.server.once('close', () => clearInterval(sweep));
}

async function registerSharedPlugins(app: FastifyInstance, options: FrontOptions): Promise<void> {
  await app.register(cookie);
  if (options.origins.length > 0)
    await app.register(cors, {
      origin: [...options.origins],
      credentials: true,
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      maxAge: 600,
    });
  await app.register(rateLimit, { global: false });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // The page's component libraries put style elements and attributes into the document.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Browsers ignore these two, with a complaint, on pages that are not secure.
    strictTransportSecurity: options.secure && { maxAge: 31_536_000, includeSubDomains: false },
    crossOriginOpenerPolicy: options.secure && { policy: 'same-origin' },
    originAgentCluster: options.secure,
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  await app.register(fastifyCompress, {
    encodings: ['br', 'gzip'],
    threshold: 1_024,
    // Streams of results and events must not wait in a compressor.
    customTypes: (type) =>
      /^(text\/(?!event-stream)|application\/(json|javascript|manifest\+json)|image\/svg)/.test(
        type,
      ),
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    globalDecompression: false,
  });
}
