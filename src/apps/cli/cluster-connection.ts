import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { ClusterSettings, NodeAddress, TlsSettings } from '../../model/fleet/cluster.ts';
import { CommandFailure } from './command-failure.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** Where a cluster is and who asks, as flags have it. */
export interface ConnectFlags {
  readonly host: string;
  readonly port: string;
  readonly username: string;
  readonly passwordEnv?: string;
  readonly passwordStdin?: boolean;
  readonly secure?: boolean;
  readonly caFile?: string;
  readonly certificateFile?: string;
  readonly keyFile?: string;
  readonly serverName?: string;
  readonly node: readonly string[];
  readonly address: readonly string[];
  readonly keeper: readonly string[];
}

/** Collects the values of a flag that may be given again. */
export const gather = (value: string, before: readonly string[]): readonly string[] => [
  ...before,
  value,
];

/** Adds the flags that say where a cluster is and who asks. */
export const withConnection = (command: Command): Command =>
  command
    .requiredOption('--host <host>', 'a server of the cluster, or its load balancer')
    .option('--port <port>', 'port of its HTTP interface', '8123')
    .option('--username <name>', 'user that reads', 'default')
    .option('--password-env <variable>', 'environment variable that holds the password')
    .option('--password-stdin', 'read the password from standard input')
    .option('--secure', 'use HTTPS')
    .option('--ca-file <file>', 'PEM of the authority that signed the certificates of the servers')
    .option('--certificate-file <file>', 'PEM of a client certificate')
    .option('--key-file <file>', 'PEM of its key')
    .option('--server-name <name>', 'name that the certificates carry, where it is not the host')
    .option('--node <host:port>', 'a server to watch; several: none are looked for', gather, [])
    .option(
      '--address <name=host:port>',
      'where a server that is found by that name is reached; may be given again',
      gather,
      [],
    )
    .option(
      '--keeper <host:port>',
      'client port of Keeper or ZooKeeper; may be given again',
      gather,
      [],
    );

/** The connection as the API takes it. Throws a CommandFailure. */
export async function readConnection(terminal: Terminal, flags: ConnectFlags): Promise<object> {
  const tls = readTls(flags);
  return {
    host: flags.host,
    port: parsePort('--port', flags.port),
    username: flags.username,
    password: await readPassword(terminal, flags),
    secure: flags.secure ?? false,
    ...(tls ? { tls } : {}),
    ...(flags.node.length > 0
      ? { nodes: flags.node.map((each) => parseAddress('--node', each)) }
      : {}),
    ...(flags.address.length > 0 ? { addresses: flags.address.map(parseMapping) } : {}),
    ...(flags.keeper.length > 0
      ? { keepers: flags.keeper.map((each) => parseAddress('--keeper', each)) }
      : {}),
  };
}

/** Throws where the flags of TLS are given without TLS: they would be passed over in silence. */
function readTls(flags: ConnectFlags): TlsSettings | undefined {
  const { caFile, certificateFile, keyFile, serverName } = flags;
  const tls = {
    ...(caFile ? { ca: readPem('--ca-file', caFile) } : {}),
    ...(certificateFile ? { certificate: readPem('--certificate-file', certificateFile) } : {}),
    ...(keyFile ? { key: readPem('--key-file', keyFile) } : {}),
    ...(serverName ? { serverName } : {}),
  };
  if (Object.keys(tls).length === 0) return undefined;
  if (!flags.secure)
    throw new CommandFailure(exitCode.usage, 'certificates and --server-name need --secure');
  if (!certificateFile !== !keyFile)
    throw new CommandFailure(exitCode.usage, '--certificate-file and --key-file belong together');
  return tls;
}

function readPem(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new CommandFailure(exitCode.usage, `${flag}: "${path}" cannot be read: ${reason}`);
  }
}

async function readPassword(terminal: Terminal, flags: ConnectFlags): Promise<string> {
  if (flags.passwordStdin) return (await text(process.stdin)).replace(/\r?\n$/, '');
  if (!flags.passwordEnv) return '';
  const password = terminal.env[flags.passwordEnv];
  if (password !== undefined) return password;
  throw new CommandFailure(
    exitCode.usage,
    `--password-env: the variable ${flags.passwordEnv} is not set`,
  );
}

function parsePort(flag: string, written: string): number {
  const port = /^\d+$/.test(written) ? Number(written) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new CommandFailure(exitCode.usage, `${flag}: "${written}" is not a port from 1 to 65535`);
}

function parseAddress(flag: string, written: string): NodeAddress {
  const match = /^(.+):(\d+)$/.exec(written);
  if (match) {
    const [, host = '', port = ''] = match;
    return { host: host.replace(/^\[(.*)\]$/, '$1'), port: parsePort(flag, port) };
  }
  throw new CommandFailure(exitCode.usage, `${flag}: expected host:port, got "${written}"`);
}

function parseMapping(written: string): NonNullable<ClusterSettings['addresses']>[number] {
  const at = written.indexOf('=');
  if (at > 0)
    return { from: written.slice(0, at), to: parseAddress('--address', written.slice(at + 1)) };
  throw new CommandFailure(exitCode.usage, `--address: expected name=host:port, got "${written}"`);
}
