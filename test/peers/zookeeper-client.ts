import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A session with ZooKeeper that makes nodes; as much of its protocol as tests of faults need. */
export interface ZooKeeperClient {
  /** Makes nodes, many at a time, and waits until ZooKeeper has all of them. */
  create(paths: Iterable<string>, options?: { ephemeral?: boolean; bytes?: number }): Promise<void>;
  /** Asks for nodes to be made and does not wait. */
  ask(paths: Iterable<string>): void;
  /** Leaves without a word: ephemeral nodes go when the session ends. */
  close(): void;
}

const createRequest = 1;
const pingRequest = 11;
const notAsked = -1;
/** Requests that wait for an answer at most. */
const windowRequests = 500;

export async function openZooKeeperClient(
  port: number,
  sessionMs = 10_000,
): Promise<ZooKeeperClient> {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  socket.setNoDelay(true);
  const frames = readFrames(socket);
  socket.write(
    frame([int(0), long(0n), int(sessionMs), long(0n), buffer(Buffer.alloc(16)), byte(0)]),
  );
  const { value: welcome } = await frames.next();
  if (!welcome) throw new Error('ZooKeeper refused the session');
  // It grants as much time as it wants to.
  const ping = setInterval(
    () => socket.write(frame([int(-2), int(pingRequest)])),
    welcome.readInt32BE(4) / 4,
  );
  socket.on('close', () => clearInterval(ping));
  let xid = 0;
  const request = (path: string, flags: number, bytes: number): Buffer =>
    frame([
      int(++xid),
      int(createRequest),
      buffer(Buffer.from(path)),
      buffer(Buffer.alloc(bytes)),
      // One entry of rights: everybody may do everything.
      int(1),
      int(31),
      buffer(Buffer.from('world')),
      buffer(Buffer.from('anyone')),
      int(flags),
    ]);
  return {
    async create(paths, { ephemeral = false, bytes = 0 } = {}) {
      let waiting = 0;
      const answered = async (): Promise<void> => {
        const { value } = await frames.next();
        if (!value) throw new Error('ZooKeeper closed the session');
        if (value.readInt32BE(0) < 0) return;
        const error = value.readInt32BE(12);
        if (error !== 0) throw new Error(`ZooKeeper answered ${error} to create`);
        waiting -= 1;
      };
      for (const path of paths) {
        socket.write(request(path, ephemeral ? 1 : 0, bytes));
        waiting += 1;
        while (waiting >= windowRequests) await answered();
      }
      while (waiting > 0) await answered();
    },
    ask(paths) {
      for (const path of paths) socket.write(request(path, 0, 0));
    },
    close: () => {
      clearInterval(ping);
      socket.destroy();
    },
  };
}

async function* readFrames(socket: Socket): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of socket) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      yield rest.subarray(4, end);
      rest = rest.subarray(end);
    }
  }
}

const byte = (value: number): Buffer => Buffer.of(value);
const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const long = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
};
const buffer = (value: Buffer): Buffer =>
  value.length === 0 ? int(notAsked) : Buffer.concat([int(value.length), value]);
const frame = (parts: readonly Buffer[]): Buffer => buffer(Buffer.concat(parts));
