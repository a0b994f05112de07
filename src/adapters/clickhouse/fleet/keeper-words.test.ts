import { afterEach, expect, test } from 'vitest';
import { askKeeper, readMntr } from './keeper-words.ts';
import { NodeError } from './node-error.ts';
import { type Answer, startBadServer } from './testing/bad-server.ts';

const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

const at = async (answer: Answer): Promise<{ host: string; port: number }> => {
  const server = await startBadServer(answer);
  ending.push(() => server.stop());
  return { host: '127.0.0.1', port: server.port };
};

test('mntr by key', async () => {
  const address = await at((socket, word) =>
    socket.end(
      word === 'mntr' ? 'zk_version\tv25.8, x\nzk_server_state\tleader\nrubbish\nzk_a\t\n' : '',
    ),
  );
  expect([...(await readMntr(address))]).toEqual([
    ['zk_version', 'v25.8, x'],
    ['zk_server_state', 'leader'],
    ['zk_a', ''],
  ]);
});

test('what is no answer of Keeper', async () => {
  const check = async (answer: Answer, layer: string, message: RegExp, limits = {}) => {
    const error = await readMntr(await at(answer), limits).catch((reason: unknown) => reason);
    if (!(error instanceof NodeError)) throw new Error(`no NodeError but ${String(error)}`);
    expect([error.layer, error.message]).toEqual([layer, expect.stringMatching(message)]);
  };
  await check((socket) => socket.end(), 'protocol', /no answer/);
  await check((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n'), 'protocol', /as Keeper does/);
  await check(
    (socket) => socket.end('This ZooKeeper instance is not currently serving requests\n'),
    'protocol',
    /not currently serving/,
  );
  await check(
    (socket) => socket.end('mntr is not executed because it is not in the whitelist.\n'),
    'permission',
    /does not answer "mntr"/,
  );
  await check(() => {}, 'timeout', /within 100 ms/, { totalMs: 100 });
  await check((socket) => socket.resetAndDestroy(), 'tcp', /ECONNRESET/);
  const endless: Answer = (socket) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write('zk_a\t1\n'.repeat(1_000)));
    };
    socket.on('drain', more);
    more();
  };
  await check(endless, 'protocol', /more than 262144 bytes/);
});

test('a Keeper that is not there', async () => {
  const address = await at(() => {});
  await ending.pop()?.();
  await expect(askKeeper(address, 'ruok')).rejects.toMatchObject({ layer: 'tcp' });
  await expect(askKeeper({ host: 'no-such-host.invalid', port: 1 }, 'ruok')).rejects.toMatchObject({
    layer: 'dns',
  });
});
