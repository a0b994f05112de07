import { connect } from 'node:net';
import { asConnectError, connectTimeout } from './connect-failure.ts';
import { sharedLookup } from './host-lookup.ts';
import { NodeError } from './node-error.ts';
import { addressText } from './node-target.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Four-letter words that only read. */
export type KeeperWord = 'ruok' | 'mntr' | 'srvr' | 'conf';

export interface KeeperLimits {
  /** Everything: name, connection, answer. Default 5 s. */
  readonly totalMs?: number;
  /** Default 256 KiB. */
  readonly answerBytes?: number;
}

/**
 * Asks Keeper or ZooKeeper a four-letter word on its client port and returns the answer. Throws a
 * NodeError, also where the word is not on the server's white list.
 */
export async function askKeeper(
  address: Address,
  word: KeeperWord,
  limits: KeeperLimits = {},
): Promise<string> {
  const answer = await exchangeWord(address, word, limits);
  if (/is not executed because it is not (in|on) the (white|allow)\s*list/i.test(answer))
    throw new NodeError('permission', `${addressText(address)} does not answer "${word}"`, {
      hint: `Allow it: 4lw.commands.whitelist=ruok,mntr in ZooKeeper, <four_letter_word_white_list> in ClickHouse Keeper.`,
    });
  if (answer === '')
    throw new NodeError('protocol', `${addressText(address)} gives no answer to "${word}"`, {
      hint: 'Is this the client port of Keeper or ZooKeeper (2181, 9181), and without TLS?',
    });
  return answer;
}

function exchangeWord(address: Address, word: KeeperWord, limits: KeeperLimits): Promise<string> {
  const { totalMs = 5_000, answerBytes = 256 * 1024 } = limits;
  const target = { ...address, username: '', password: '', secure: false };
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let connected = false;
    const socket = connect({ ...address, lookup: sharedLookup });
    const settle = (error: NodeError | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      if (error) reject(error);
      else resolve(Buffer.concat(chunks).toString('utf8'));
    };
    const timer = setTimeout(() => {
      settle(
        connected
          ? new NodeError(
              'timeout',
              `${addressText(address)} did not answer "${word}" within ${totalMs} ms`,
              { hint: 'Keeper hangs or is overloaded.' },
            )
          : connectTimeout(target, 'tcp', totalMs),
      );
    }, totalMs);
    socket
      .once('connect', () => {
        connected = true;
        socket.write(word);
      })
      .on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= answerBytes) chunks.push(chunk);
        else
          settle(
            new NodeError(
              'protocol',
              `${addressText(address)} answers "${word}" with more than ${answerBytes} bytes`,
              { hint: 'Is this the client port of Keeper or ZooKeeper?' },
            ),
          );
      })
      .once('end', () => settle(undefined))
      .once('close', () => settle(undefined))
      .on('error', (error) => settle(asConnectError(error, 'tcp', target)));
  });
}

/** `mntr` by key; lines of another form are left out. Throws where there is none that is right. */
export async function readMntr(
  address: Address,
  limits: KeeperLimits = {},
): Promise<ReadonlyMap<string, string>> {
  const answer = await askKeeper(address, 'mntr', limits);
  const values = new Map<string, string>();
  for (const line of answer.split('\n')) {
    const found = /^(zk_\w+)\s+(.*?)\s*$/.exec(line.slice(0, 1_000));
    if (found) values.set(found[1]!, found[2]!);
  }
  if (values.size === 0)
    throw new NodeError(
      'protocol',
      `${addressText(address)} does not answer "mntr" as Keeper does: "${answer.slice(0, 80).trim()}"`,
      { hint: 'Is this the client port of Keeper or ZooKeeper, and does it serve requests?' },
    );
  return values;
}
