import type { ClickHouseClient } from '@clickhouse/client';
import { asStoreError } from './store-errors.ts';

/** What this store can do, as far as Castellan has to know. */
export interface Capabilities {
  readonly version: string;
  /** Text indexes: ClickHouse 26.2 or later that has the functions to use them. */
  readonly textIndexes: boolean;
  /** Where the schema goes on every server: present when the store is part of a cluster. */
  readonly cluster?: ClusterShape;
  /** What is missing and what follows from it, for the log and for a person. */
  readonly notes: readonly string[];
}

interface ClusterShape {
  readonly name: string;
  readonly shards: number;
  readonly replicas: number;
}

/** One host of `system.clusters`. */
export interface ClusterHost {
  readonly cluster: string;
  readonly shard: number;
  readonly replica: number;
  readonly local: boolean;
}

/** What was read from the store. */
export interface ProbeFacts {
  readonly version: string;
  /** Those of `neededFunctions` that exist. */
  readonly functions: readonly string[];
  readonly hosts: readonly ClusterHost[];
  readonly macros: readonly string[];
  readonly keeper: boolean;
}

/** The functions that use text indexes. */
const textFunctions = ['hasAllTokens', 'hasAnyTokens'];
/** Since then the text index is no experiment any more. */
const firstTextIndexVersion = [26, 2] as const;
/** Replicated tables are named by these. */
const neededMacros = ['shard', 'replica'];

/** Reads the system tables of the store. Throws a StoreError when it does not answer. */
export async function probeCapabilities(
  client: ClickHouseClient,
  clusterName?: string,
): Promise<Capabilities> {
  const rows = async <T>(query: string): Promise<T[]> => {
    const answer = await client.query({ query, format: 'JSONEachRow' });
    return answer.json<T>();
  };
  const names = textFunctions.map((name) => `'${name}'`).join(', ');
  try {
    const [server] = await rows<{ version: string }>('SELECT version() AS version');
    const functions = await rows<{ name: string }>(
      `SELECT name FROM system.functions WHERE name IN (${names})`,
    );
    const hosts = await rows<{ cluster: string; s: number; r: number; local: number }>(
      'SELECT cluster, shard_num AS s, replica_num AS r, is_local AS local FROM system.clusters',
    );
    const macros = await rows<{ macro: string }>('SELECT macro FROM system.macros');
    const keeper = await rows<{ name: string }>(
      "SELECT name FROM system.tables WHERE database = 'system' AND name = 'zookeeper'",
    );
    const facts: ProbeFacts = {
      version: server?.version ?? '',
      functions: functions.map(({ name }) => name),
      hosts: hosts.map(({ cluster, s, r, local }) => ({
        cluster,
        shard: Number(s),
        replica: Number(r),
        local: Number(local) === 1,
      })),
      macros: macros.map(({ macro }) => macro),
      keeper: keeper.length > 0,
    };
    return judgeCapabilities(facts, clusterName);
  } catch (error) {
    throw asStoreError(error);
  }
}

/**
 * What follows from the facts. A cluster counts when this server is in it, it has more than one
 * host, Keeper answers and the macros for Replicated tables are set. With several such clusters the
 * one named by `clusterName`, then `default`, then the largest is taken.
 */
export function judgeCapabilities(facts: ProbeFacts, clusterName?: string): Capabilities {
  const notes: string[] = [];
  const recent = atLeast(facts.version, firstTextIndexVersion);
  const textIndexes = recent && textFunctions.every((name) => facts.functions.includes(name));
  if (!textIndexes)
    notes.push(
      `ClickHouse ${facts.version} has no text index (26.2 has): search falls back to bloom filters and is slower`,
    );
  const cluster = chooseCluster(facts, clusterName, notes);
  return { version: facts.version, textIndexes, notes, ...(cluster ? { cluster } : {}) };
}

function chooseCluster(
  facts: ProbeFacts,
  wanted: string | undefined,
  notes: string[],
): ClusterShape | undefined {
  const shapes = [...new Set(facts.hosts.map((host) => host.cluster))]
    .map((name) => shapeOf(name, facts.hosts))
    .filter((shape) => shape !== undefined);
  const found =
    shapes.find((shape) => shape.name === wanted) ??
    (wanted === undefined
      ? (shapes.find((shape) => shape.name === 'default') ??
        shapes.toSorted((a, b) => b.shards * b.replicas - a.shards * a.replicas)[0])
      : undefined);
  if (wanted !== undefined && !found)
    notes.push(`there is no cluster ${wanted} with several hosts that this server belongs to`);
  if (!found) return undefined;
  const missing = neededMacros.filter((name) => !facts.macros.includes(name));
  if (facts.keeper && missing.length === 0) return found;
  const lacks = facts.keeper ? `the macros ${missing.join(' and ')}` : 'Keeper';
  notes.push(
    `the cluster ${found.name} lacks ${lacks}, so the tables are made on this server alone and are not replicated`,
  );
  return undefined;
}

function shapeOf(name: string, hosts: readonly ClusterHost[]): ClusterShape | undefined {
  const own = hosts.filter((host) => host.cluster === name);
  if (own.length < 2 || !own.some((host) => host.local)) return undefined;
  const shards = new Set(own.map((host) => host.shard)).size;
  return { name, shards, replicas: Math.max(...own.map((host) => host.replica)) };
}

function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}
