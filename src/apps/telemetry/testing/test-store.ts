import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { Session } from 'chdb';
import { migrate } from '../../../adapters/clickhouse/schema/migrate.ts';
import type { Store } from '../../../adapters/clickhouse/store.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
export async function startTestStore() {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-search-'));
  const session = new Session(folder);
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const sets: string[] = [];
    for (const [k, v] of url.searchParams) {
      if (
        k === 'query' ||
        k === 'query_id' ||
        k === 'database' ||
        k === 'default_format' ||
        k === 'readonly' ||
        k === 'cancel_http_readonly_queries_on_client_close' ||
        k === 'enable_http_compression' ||
        k === 'role'
      )
        continue;
      sets.push(`SET ${k}='${v.replace(/[\\']/g, '\\$&')}'`);
    }
    const s2 = session;
    try {
      s2.query(`USE ${url.searchParams.get('database') ?? 'default'}`);
      for (const s of sets) s2.query(s);
      const format = (request.headers['x-clickhouse-format'] as string) ?? 'TabSeparated';
      const q = url.searchParams.get('query') ? `${url.searchParams.get('query')}\n${body}` : body;
      const out = s2.query(q, format);
      response.end(out);
    } catch (e) {
      response.statusCode = 500;
      response.end(String((e as Error).message).replace('Query failed: ', '') + ' (version 1)');
    }
  });
  await new Promise<void>((r) => server.listen(0, '127.0.0.1', r));
  const port = (server.address() as { port: number }).port;
  const base = { url: `http://127.0.0.1:${port}`, database: 'default' };
  const admin = createClient(base);
  await migrate(
    admin,
    {
      database: 'castellan',
      retention: { logsMs: 0, tracesMs: 0, metricsMs: 0, sessionsMs: 0 },
      textIndexes: true,
    },
    silent,
  );
  const client = createClient({ ...base, database: 'castellan' });
  const store: Store = {
    kind: 'embedded',
    database: 'castellan',
    client,
    reader: client,
    insertSegment: async () => {},
    cancel: async () => {},
    health: async () => ({ status: 'ok' }),
    close: async () => {},
  };
  return {
    store,
    async stop() {
      await client.close();
      server.close();
      session.cleanup();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
