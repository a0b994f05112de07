import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { openSecrets, openState } from '../../../adapters/state/index.ts';
import { errorStatus } from '../../../model/api/envelope.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { resolveCastellanConfig } from '../../../model/config/castellan-config.ts';
import type { Finding } from '../../../model/fleet/finding.ts';
import type { RuleData } from '../rules/rule-data.ts';
import { openAlerts } from '../start-alerts.ts';

/** Data of rules that a test sets. */
function testData(): { -readonly [K in Exclude<keyof RuleData, 'findings'>]: RuleData[K] } {
  return {
    clusters: async () => [
      {
        id: 'c',
        name: 'shop',
        paused: false,
        answers: true,
        nodes: ['n1'],
        labels: { team: 'data' },
      },
    ],
    checks: () => ['replica-lag', 'keeper-gone', 'disk-full'],
    samples: async ({ fromMs, sliceMs }) => ({ fromMs, sliceMs, nodes: [] }),
    query: async () => ({ columns: [], rows: [] }),
    count: async () => ({ found: new Map(), among: new Map(), rowsRead: 0 }),
  };
}

export const finding = (id: string, more: Partial<Finding> = {}): Finding => ({
  id,
  check: id,
  title: `Title of ${id}`,
  group: 'replication',
  outcome: 'warning',
  severity: 'warning',
  subject: { node: 'ch-1:8123' },
  message: `message of ${id}`,
  evidence: [],
  source: 'guideline',
  sql: 'SELECT 1',
  intended: false,
  firstSeen: '2026-03-01T12:00:00.000Z',
  lastSeen: '2026-03-01T12:00:00.000Z',
  ...more,
});

/** The alerts over a state of their own, with a clock that the test moves, and their routes. */
export async function startTestAlerts(
  env: Record<string, string> = {},
  dataDir = mkdtempSync(join(tmpdir(), 'castellan-alerts-')),
) {
  const resolved = resolveCastellanConfig({
    flags: [],
    env: { ALERT_ALLOWED_NETWORKS: 'loopback', ...env },
  });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.error));
  const clock = { nowMs: Date.UTC(2026, 2, 1, 12) };
  const lines: [string, object][] = [];
  const write = (event: string, fields: object = {}) => void lines.push([event, fields]);
  const log = { debug: write, info: write, warn: write, error: write };
  const state = await openState(dataDir);
  const secrets = openSecrets(state, dataDir, undefined);
  const data = testData();
  const config = resolved.value.values;
  const alerts = await openAlerts({
    config,
    state,
    secrets,
    log,
    now: () => clock.nowMs,
    data: {
      clusters: () => data.clusters(),
      checks: () => data.checks(),
      samples: (...args) => data.samples(...args),
      query: (...args) => data.query(...args),
      count: (...args) => data.count(...args),
    },
  });
  const app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, _request, reply) => {
    const failure =
      error instanceof RequestFailure
        ? error
        : new RequestFailure(
            (error as { validation?: unknown }).validation ? 'invalid_request' : 'internal',
            (error as Error).message,
          );
    return reply
      .code(errorStatus[failure.code])
      .serializer(JSON.stringify)
      .send({
        data: null,
        error: { code: failure.code, message: failure.message, ...failure.more },
      });
  });
  await app.register(alerts.routes, { prefix: '/api/v1' });
  const stop = async (keep = false) => {
    await alerts.stop();
    await app.close();
    await state.destroy();
    if (!keep) rmSync(dataDir, { recursive: true, force: true });
  };
  return {
    alerts,
    clock,
    data,
    dataDir,
    lines,
    state,
    stop,
    observe: (findings: readonly Finding[]) =>
      alerts.observe({ cluster: { id: 'c', name: 'shop' }, labels: { team: 'data' }, findings }),
    async call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) {
      const response = await app.inject({
        method,
        url: `/api/v1${path}`,
        ...(body ? { payload: body } : {}),
      });
      // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
      const { data: answered, meta, error } = response.json() as any;
      return { status: response.statusCode, data: answered, meta, error };
    },
  };
}
export type TestAlerts = Awaited<ReturnType<typeof startTestAlerts>>;

/** Waits until `read` gives something that holds. */
export async function eventually<T>(
  read: () => Promise<T> | T,
  holds: (value: T) => boolean,
): Promise<T> {
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
