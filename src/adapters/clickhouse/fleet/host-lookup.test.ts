import { expect, test } from 'vitest';
import { cachedLookup } from './host-lookup.ts';

/** A name service that answers when it is told to. */
function nameService() {
  const asked: { host: string; done: Parameters<Parameters<typeof cachedLookup>[0]>[1] }[] = [];
  let now = 0;
  const lookup = cachedLookup(
    (host, done) => asked.push({ host, done }),
    () => now,
  );
  return {
    asked,
    pass: (ms: number) => {
      now += ms;
    },
    find: (host: string) =>
      new Promise<string>((resolve) =>
        lookup(host, {}, (error, address) => resolve(error ? error.message : String(address))),
      ),
  };
}

const addresses = [{ address: '10.0.0.1', family: 4 }];

test('questions for one host are asked once; the answer serves for a while', async () => {
  const names = nameService();
  const both = [names.find('a'), names.find('a'), names.find('b')];
  expect(names.asked.map(({ host }) => host)).toEqual(['a', 'b']);
  names.asked[0]!.done(null, addresses);
  names.asked[1]!.done(new Error('no b'), []);
  expect(await Promise.all(both)).toEqual(['10.0.0.1', '10.0.0.1', 'no b']);
  expect(await names.find('a')).toBe('10.0.0.1');
  expect(names.asked).toHaveLength(2);
  names.pass(31_000);
  const again = names.find('a');
  names.asked[2]!.done(null, [{ address: '10.0.0.9', family: 4 }]);
  expect(await again).toBe('10.0.0.9');
});

test('an old answer serves while the name service is silent, not where it says no', async () => {
  const names = nameService();
  const first = names.find('a');
  names.asked[0]!.done(null, addresses);
  await first;
  names.pass(31_000);
  expect(await names.find('a')).toBe('10.0.0.1');
  names.asked[1]!.done(new Error('gone'), []);
  const later = names.find('a');
  names.asked[2]!.done(new Error('gone'), []);
  expect(await later).toBe('gone');
});

test('all addresses where they are asked for', async () => {
  const lookup = cachedLookup((_host, done) => done(null, addresses), Date.now);
  const found = await new Promise((resolve) =>
    lookup('a', { all: true }, (_error, all) => resolve(all)),
  );
  expect(found).toEqual(addresses);
});
