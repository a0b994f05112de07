import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { placeIndexHtml } from './base-path.ts';

/** Where the built page lies and how it is addressed. */
export interface PageOptions {
  /** Folder of index.html and assets/. */
  readonly folder: string;
  readonly basePath: string;
}

const notBuilt = `<!doctype html><title>Castellan</title><h1>The page is not built</h1>
<p>Run <code>npm run prepare</code> in the folder of Castellan and reload. The API and the receivers work without it.</p>`;

/** Serves files of the built page. Returns what answers for every other address of the page. */
export async function registerPage(
  app: FastifyInstance,
  options: PageOptions,
): Promise<(request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>> {
  const assets = join(options.folder, 'assets') + sep;
  if (existsSync(options.folder))
    await app.register(fastifyStatic, {
      root: options.folder,
      index: false,
      cacheControl: false,
      decorateReply: false,
      schemaHide: true,
      setHeaders(reply, path) {
        const hashed = path.startsWith(assets);
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  const entry = startIndex(options);
  app.get('/', { schema: { hide: true } }, async (_request, reply) => entry(reply));
  app.get('/index.html', { schema: { hide: true } }, async (_request, reply) => entry(reply));
  return async (_request, reply) => entry(reply);
}

/** Reads index.html at each request, so that a page built anew is seen without a restart. */
function startIndex({ folder, basePath }: PageOptions) {
  return async (reply: FastifyReply): Promise<FastifyReply> => {
    reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8');
    try {
      const html = await readFile(join(folder, 'index.html'), 'utf8');
      return reply.send(placeIndexHtml(html, basePath));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return reply.code(503).send(notBuilt);
    }
  };
}
