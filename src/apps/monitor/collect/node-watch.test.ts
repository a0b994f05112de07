import { expect, test } from 'vitest';
import type { NodeAnswer, NodeClient } from '../../../adapters/clickhouse/fleet/index.ts';
import { cadenceOf } from '../../../core/health/index.ts';
import { NodeWatch } from './node-watch.ts';
import { StatementGate } from './statement-gate.ts';

const answerOf = (rows: readonly (readonly unknown[])[]): NodeAnswer => ({
  queryId: '',
  columns: [],
  rows,
  elapsedMs: 1,
  waitedMs: 0,
  bodyBytes: 1,
});

/** A server that says who it is and what it has, and never answers to anything else. */
function hangingClient(asked: () => void): NodeClient {
  const answers: readonly (readonly [part: string, rows: unknown[][]])[] = [
    [
      "'column' AS kind",
      [
        ['version', '', '25.8.1.1'],
        ['column', 'replicas', 'database'],
      ],
    ],
    ['SHOW GRANTS', [['GRANT ALL ON *.* TO m']]],
    [
      "'server' AS kind",
      [
        ['server', 'hostName', 'h'],
        ['server', 'version', '25.8.1.1'],
        ['server', 'uptime', '5'],
      ],
    ],
  ];
  return {
    target: { host: 'h', port: 1, username: 'm', password: '', secure: false },
    certificate: undefined,
    run: async (sql, options) => {
      const found = answers.find(([part]) => sql.includes(part));
      if (found) return answerOf(found[1]);
      const { promise, reject } = Promise.withResolvers<NodeAnswer>();
      options?.signal?.addEventListener('abort', () => reject(options.signal?.reason));
      asked();
      return promise;
    },
    ping: async () => 1,
    close: async () => {},
  };
}

test('a reading that was asked for ends without an error when its node leaves the cluster', async () => {
  const asked = Promise.withResolvers<void>();
  const ignore = () => {};
  const node = { id: 'h:1', host: 'h', port: 1, hostName: '', version: '', online: false };
  const watch = new NodeWatch({
    name: 'c/h:1',
    node,
    last: undefined,
    unreachable: undefined,
    client: hangingClient(asked.resolve),
    cadence: cadenceOf(30_000),
    gate: new StatementGate(4),
    cpuShare: 1,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    onVitals: ignore,
    onRead: ignore,
  });
  const reading = watch.collectNow(new AbortController().signal);
  const ended = expect(reading).resolves.toBeUndefined();
  await asked.promise;
  await watch.stop();
  await ended;
});
