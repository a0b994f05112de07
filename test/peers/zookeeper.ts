import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type PeerProcess, peerProcess } from './peer-process.ts';

/** Debian's jar names the jars that it needs; only a log's backend is left to choose. */
const classPath = '/usr/share/java/zookeeper.jar:/usr/share/java/slf4j-simple.jar';

export interface ZooKeeper extends PeerProcess {
  readonly host: string;
  readonly port: number;
  /** Asks a four-letter word (`ruok`, `mntr`) and returns the answer. */
  word(word: string): Promise<string>;
}

/** A ZooKeeper of one node on loopback, with its data below `folder`. Not started yet. */
export function zooKeeper(options: { folder: string; port: number }): ZooKeeper {
  const { folder, port } = options;
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { recursive: true });
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
      '',
    ].join('\n'),
  );
  const word = (name: string): Promise<string> => askWord(port, name);
  const server = peerProcess({
    name: 'ZooKeeper',
    command: [
      'java',
      '-Xmx128m',
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

async function askWord(port: number, word: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, timeout: 5_000 });
  socket.on('timeout', () => socket.destroy(new Error(`no answer to ${word} in 5 s`)));
  socket.end(word);
  return text(socket);
}
