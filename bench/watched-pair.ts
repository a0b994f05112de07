import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { openState } from '../src/adapters/state/index.ts';
import { readPastFindings } from '../src/apps/alerts/past-findings.ts';
import type { PastFinding } from '../src/apps/alerts/rules/rule-data.ts';
import type { Finding } from '../src/model/fleet/finding.ts';
import type { ClusterData, FindingsData, ScoreHistoryData } from '../src/model/fleet/fleet-api.ts';
import { type Castellan, startCastellan } from '../test/peers/castellan.ts';
import { monitorPassword } from '../test/peers/clickhouse-config.ts';
import {
  type ClickHousePair,
  type PairOptions,
  startClickHousePair,
} from '../test/peers/clickhouse-pair.ts';

/** A real pair, watched by the command at its default cadences. */
export interface WatchedPair {
  readonly pair: ClickHousePair;
  readonly castellan: Castellan;
  cluster(): Promise<ClusterData>;
  /** Open findings, without those that only say that there is no answer. */
  findings(): Promise<readonly Finding[]>;
  scores(): Promise<readonly ScorePoint[]>;
  /** Ends Castellan, then the pair; gives all findings that were ever open. */
  stop(): Promise<readonly PastFinding[]>;
}

type ScorePoint = z.infer<typeof ScoreHistoryData>['points'][number];

/** `prepare`: what is there before anybody watches. */
export async function startWatchedPair(
  options: PairOptions = {},
  prepare: (pair: ClickHousePair) => Promise<void> = async () => undefined,
): Promise<WatchedPair> {
  const dataDir = mkdtempSync(join(tmpdir(), 'castellan-bench-pair-'));
  const beganMs = Date.now();
  const pair = await startClickHousePair(options);
  await prepare(pair);
  const castellan = await startCastellan({ dataDir });
  const { id } = await castellan.api<ClusterData>('POST', '/clusters', {
    name: 'pair',
    host: pair.servers[0].host,
    port: pair.servers[0].httpPort,
    username: 'monitor',
    password: monitorPassword,
    nodes: pair.servers.map(({ host, httpPort }) => ({ host, port: httpPort })),
    keepers: [{ host: '127.0.0.1', port: pair.zookeeper.port }],
  });
  const read = <T>(path = ''): Promise<T> => castellan.api<T>('GET', `/clusters/${id}${path}`);
  return {
    pair,
    castellan,
    cluster: () => read<ClusterData>(),
    async findings() {
      const { findings } = await read<z.infer<typeof FindingsData>>('/findings');
      return findings.filter(isSaid);
    },
    async scores() {
      const from = new Date(beganMs).toISOString();
      return (await read<z.infer<typeof ScoreHistoryData>>(`/score?from=${from}`)).points;
    },
    async stop() {
      await castellan.stop();
      await pair.stop();
      const state = await openState(dataDir);
      const past = await readPastFindings(state, { fromMs: beganMs, toMs: Date.now() + 1 });
      await state.destroy();
      rmSync(dataDir, { recursive: true, force: true });
      return past.filter(({ finding }) => isSaid(finding));
    },
  };
}

const isSaid = ({ outcome }: Finding): boolean => outcome !== 'unknown';

/** `replica-lag of 127.0.0.1:8123, load.visits`. */
export function findingName({ check, subject }: Finding): string {
  const { node, database, table, ...others } = subject;
  const parts = [
    node,
    database && table ? `${database}.${table}` : database,
    ...Object.values(others),
  ];
  const about = parts.filter((each) => each !== undefined).join(', ');
  return about === '' ? check : `${check} of ${about}`;
}
