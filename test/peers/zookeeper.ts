import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { loopbackPorts } from './loopback-ports.ts';
import { type PeerProcess, peerProcess } from './peer-process.ts';

/** Debian's jar names the jars that it needs; only a log's backend is left to choose. */
const classPath = '/usr/share/java/zookeeper.jar:/usr/share/java/slf4j-simple.jar';

export interface ZooKeeper extends PeerProcess {
  readonly host: string;
  readonly port: number;
  /** Asks a four-letter word (`ruok`, `mntr`) and returns the answer. */
  word(word: string): Promise<string>;
}

interface Member {
  readonly host: string;
  readonly port: number;
  /** Ports for what the servers say to one another. */
  readonly quorumPort: number;
  readonly electionPort: number;
}

interface ZooKeeperOptions {
  readonly folder: string;
  readonly port: number;
  /** All servers of its ensemble, and which of them it is, from 0. Alone where absent. */
  readonly ensemble?: { readonly members: readonly Member[]; readonly place: number };
  /** How many files the process may open; what the machine gives where absent. */
  readonly openFiles?: number;
  /** Default 128. */
  readonly heapMegabytes?: number;
}

/** A ZooKeeper on loopback, with its data below `folder`. Not started yet. */
export function zooKeeper(options: ZooKeeperOptions): ZooKeeper {
  const { folder, port, ensemble, openFiles, heapMegabytes = 128 } = options;
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { recursive: true });
  if (ensemble) writeFileSync(join(dataDir, 'myid'), String(ensemble.place + 1));
  const configFile = join(folder, 'zoo.cfg');
  writeFileSync(
    configFile,
    [
      `dataDir=${dataDir}`,
      `clientPort=${port}`,
      'clientPortAddress=127.0.0.1',
      'tickTime=1000',
      'minSessionTimeout=2000',
      'maxClientCnxns=0',
      'admin.enableServer=false',
      '4lw.commands.whitelist=*',
      // What it keeps of late changes takes as much memory as they did.
      'commitLogCount=20',
      ...(ensemble ? membersConfig(ensemble.members) : []),
      '',
    ].join('\n'),
  );
  const word = (name: string): Promise<string> => askWord(port, name);
  const server = peerProcess({
    name: 'ZooKeeper',
    command: [
      ...(openFiles === undefined ? [] : ['prlimit', `--nofile=${openFiles}:${openFiles}`]),
      'java',
      `-Xmx${heapMegabytes}m`,
      '-Xshare:auto',
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-Dzookeeper.forceSync=no',
      '-cp',
      classPath,
      'org.apache.zookeeper.server.quorum.QuorumPeerMain',
      configFile,
    ],
    cwd: folder,
    logFile: join(folder, 'zookeeper.log'),
    // It says `imok` before it serves.
    answers: async () => (await word('srvr')).includes('Mode: '),
  });
  return Object.assign(Object.create(server) as PeerProcess, { host: '127.0.0.1', port, word });
}

/** A member that stands still is one for minutes: what follows from it can be looked at. */
const membersConfig = (members: readonly Member[]): string[] => [
  'initLimit=300',
  'syncLimit=300',
  ...members.map(
    ({ host, quorumPort, electionPort }, place) =>
      `server.${place + 1}=${host}:${quorumPort}:${electionPort}`,
  ),
];

/** Three ZooKeepers that are one ensemble. Not started yet: start all at once. */
export async function zooKeeperEnsemble(folder: string): Promise<readonly ZooKeeper[]> {
  const ports = await loopbackPorts(3, 3);
  const members = ports.map(([port = 0, quorumPort = 0, electionPort = 0]) => ({
    host: '127.0.0.1',
    port,
    quorumPort,
    electionPort,
  }));
  return members.map(({ port }, place) =>
    zooKeeper({ folder: join(folder, `z${place + 1}`), port, ensemble: { members, place } }),
  );
}

async function askWord(port: number, word: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, timeout: 5_000 });
  socket.on('timeout', () => socket.destroy(new Error(`no answer to ${word} in 5 s`)));
  socket.end(word);
  return text(socket);
}
