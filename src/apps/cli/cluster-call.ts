import type { Command } from 'commander';
import type { ClusterData } from '../../model/fleet/fleet-api.ts';
import type { ApiClient } from './api-client.ts';
import { type ClientFlags, openClient, runAction } from './client-options.ts';
import { CommandFailure } from './command-failure.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** A running server and what the command was told. */
export interface ClusterCall<Flags> {
  readonly client: ApiClient;
  readonly flags: Flags & ClientFlags;
  readonly get: <T>(path: string) => Promise<T>;
  readonly send: <T>(method: string, path: string, body?: unknown) => Promise<T>;
  /** The cluster of that id or name. Throws a CommandFailure. */
  readonly find: (cluster: string) => Promise<ClusterData>;
}

/** Runs the body of a command of `castellan clusters`. */
export const runClusterAction = <Flags>(
  terminal: Terminal,
  command: Command,
  body: (call: ClusterCall<Flags>) => Promise<void>,
): Promise<void> =>
  runAction(terminal, async () => {
    const flags = command.optsWithGlobals<Flags & ClientFlags>();
    const client = openClient(flags, terminal.env);
    const send = async <T>(method: string, path: string, content?: unknown): Promise<T> =>
      (await client.call<T>(method, path, content, terminal.interrupted)).data;
    const get = <T>(path: string) => send<T>('GET', path);
    const find = async (wanted: string) => {
      const { clusters } = await get<{ clusters: ClusterData[] }>('/clusters');
      const found =
        clusters.find(({ id }) => id === wanted) ?? clusters.find(({ name }) => name === wanted);
      if (found) return found;
      throw new CommandFailure(exitCode.failure, `there is no cluster "${wanted}"`, {
        hint:
          clusters.length === 0
            ? 'castellan clusters add adds one.'
            : `There are: ${clusters.map(({ name }) => name).join(', ')}.`,
      });
    };
    await body({ client, flags, get, send, find });
  });

/** The path of a cluster's call. */
export const clusterPath = ({ id }: ClusterData, call = ''): string =>
  `/clusters/${encodeURIComponent(id)}${call}`;

export const clusterArgument = ['<cluster>', 'id or name of the cluster'] as const;
