import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { Logger } from '../../../base/log.ts';
import { type Engine, type EngineOptions, startEngine } from '../embedded/engine.ts';

export interface TestEngine {
  readonly engine: Engine;
  readonly dataDir: string;
  readonly events: string[];
  /** The unmodified official client. */
  readonly client: ClickHouseClient;
  /** Runs a statement and returns its rows as tab-separated text. */
  text(query: string): Promise<string>;
  /** A request as any HTTP client would send it. */
  http(init: HttpInit): Promise<HttpAnswer>;
  stop(): Promise<void>;
}

interface HttpInit {
  readonly url?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly path?: string;
  /** Another address than the engine's own, with its own credentials. */
  readonly base?: string;
  readonly password?: string;
}

interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly bytes: Buffer;
}

export function collectingLogger(): { logger: Logger; events: string[] } {
  const events: string[] = [];
  const add = (event: string): void => {
    events.push(event);
  };
  return { events, logger: { debug: add, info: add, warn: add, error: add } };
}

/** The real engine in a folder of its own. */
export async function startTestEngine(options: Partial<EngineOptions> = {}): Promise<TestEngine> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'castellan-engine-'));
  const { logger, events } = collectingLogger();
  const engine = await startEngine({ database: 'castellan', logger, ...options, dataDir });
  const { url, username, password, database } = engine.connection;
  const log = { level: ClickHouseLogLevel.OFF };
  const client = createClient({ url, username, password, database, log });
  return {
    engine,
    dataDir,
    events,
    client,
    text: async (query) => {
      const answer = await client.query({ query, format: 'TabSeparated' });
      return (await answer.text()).trimEnd();
    },
    http: (init) => sendHttp(engine.connection.url, engine.connection.password, init),
    stop: async () => {
      await client.close();
      await engine.stop(2_000);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function sendHttp(base: string, password: string, init: HttpInit): Promise<HttpAnswer> {
  const url = new URL(init.path ?? '/', init.base ?? base);
  for (const [name, value] of Object.entries(init.url ?? {})) url.searchParams.set(name, value);
  const response = await fetch(url, {
    method: init.method ?? 'POST',
    headers: {
      'x-clickhouse-user': 'castellan',
      'x-clickhouse-key': init.password ?? password,
      ...init.headers,
    },
    ...(init.body === undefined ? {} : { body: init.body as NonNullable<RequestInit['body']> }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return {
    status: response.status,
    headers: response.headers,
    text: bytes.toString('utf8'),
    bytes,
  };
}
