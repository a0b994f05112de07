import { expect, test } from 'vitest';
import { chooseCluster, placeOf, planNodes } from './cluster-topology.ts';
import { type ClusterRow, countMembers, parseIdentity } from './server-identity.ts';

/** `cluster shard replica host address port local`, one row on each line. */
const identity = (lines: string, hostName = 'ch-1', macros: Record<string, string> = {}) => ({
  hostName,
  version: '25.8.1.1',
  uptimeSeconds: 5,
  macros: new Map(Object.entries(macros)),
  clusters: lines
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((cells) => cells.length === 7)
    .map(
      ([cluster, shard, replica, host, address, port, local]): ClusterRow => ({
        cluster: cluster!,
        shard: Number(shard),
        replica: Number(replica),
        hostName: host!,
        hostAddress: address!,
        nativePort: Number(port),
        local: local === '1',
      }),
    ),
});

const twoByTwo = `
  main 1 1 ch-1 10.0.0.1 9000 1
  main 1 2 ch-2 10.0.0.2 9000 0
  main 2 1 ch-3 10.0.0.3 9000 0
  main 2 2 ch-4 10.0.0.4 9000 0`;

/** Both replicas on one host, as an old server tells it: local is said of the whole shard. */
const oldPair = `
  pair 1 1 127.0.0.1 127.0.0.1 9001 1
  pair 1 2 127.0.0.1 127.0.0.1 9002 1`;

test('which cluster is meant', () => {
  const check = (lines: string, expected: string, macros = {}) =>
    expect(chooseCluster(identity(lines, 'ch-1', macros)), lines).toBe(expected);
  check(twoByTwo, 'main');
  check('', '');
  check('test_shard_localhost 1 1 localhost 127.0.0.1 9000 1', '');
  check('parallel_replicas 1 1 127.0.0.1 127.0.0.1 9000 1', '');
  check('test_cluster 1 1 ch-1 10.0.0.1 9000 1', 'test_cluster');
  check(`${twoByTwo}\n other 1 1 ch-9 10.0.0.9 9000 0\n other 2 1 ch-8 10.0.0.8 9000 0`, 'main');
  const logical = `${twoByTwo}\n small 1 1 ch-1 10.0.0.1 9000 1`;
  check(logical, 'main');
  check(logical, 'small', { cluster: 'small' });
  const operator = `${twoByTwo}
    all-sharded 1 1 ch-1 10.0.0.1 9000 1
    all-replicated 1 1 ch-1 10.0.0.1 9000 1`;
  check(operator, 'main');
  const equal = `
    a 1 1 ch-1 10.0.0.1 9000 1
    a 2 1 ch-2 10.0.0.2 9000 0
    b 1 1 ch-1 10.0.0.1 9000 1
    b 1 2 ch-2 10.0.0.2 9000 0`;
  check(equal, 'b');
});

test('which servers are watched, and where', () => {
  const entry = { host: 'lb.example', port: 8123 };
  const check = (lines: string, expected: string[], more = {}) => {
    const [plan, ...others] = planNodes({ entry, identity: identity(lines), ...more });
    expect(others).toEqual([]);
    const seen = plan.nodes.map(
      (node) => `${node.host}:${node.port} ${node.shard ?? '-'}/${node.replica ?? '-'}`,
    );
    expect([...seen, ...plan.unaddressed.map((each) => `? ${each}`)]).toEqual(expected);
  };
  check('', ['lb.example:8123 -/-']);
  check(twoByTwo, ['lb.example:8123 1/1', 'ch-2:8123 1/2', 'ch-3:8123 2/1', 'ch-4:8123 2/2']);
  check(twoByTwo, ['a:1 -/-', 'b:2 -/-'], {
    named: [
      { host: 'a', port: 1 },
      { host: 'b', port: 2 },
      { host: 'a', port: 1 },
    ],
  });
  const mappings = [{ from: 'ch-3', to: { host: '203.0.113.3', port: 18_123 } }];
  check(
    twoByTwo,
    ['lb.example:8123 1/1', 'ch-2:8123 1/2', '203.0.113.3:18123 2/1', 'ch-4:8123 2/2'],
    { mappings },
  );
  const circular = `
    ring 1 1 ch-1 10.0.0.1 9000 1
    ring 1 2 ch-2 10.0.0.2 9000 0
    ring 2 1 ch-2 10.0.0.2 9000 0
    ring 2 2 ch-1 10.0.0.1 9000 1`;
  check(circular, ['lb.example:8123 1/1', 'ch-2:8123 1/2']);
  const oneHost = `
    one 1 1 ch-1 10.0.0.1 9000 1
    one 1 2 ch-1 10.0.0.1 9005 0
    one 1 3 ch-2 10.0.0.2 9000 0
    one 1 4 ch-2 10.0.0.2 9005 0
    one 1 5 ch-1 10.0.0.1 900 0`;
  check(oneHost, [
    'lb.example:8123 1/1',
    'lb.example:8128 1/2',
    'ch-2:8123 1/3',
    'lb.example:23 1/5',
    '? ch-2:9005',
  ]);
});

test('whoever is asked, each server keeps its address', () => {
  const entry = { host: 'lb.example', port: 18_123 };
  const place = (host: string, port: number, shard: number, replica: number) => ({
    ...{ host, port, shard, replica },
  });
  const check = (
    local: string,
    asked: { host: string; port: number },
    more: object,
    expected: string[],
  ) => {
    const seen = twoByTwo
      .replace('9000 1', '9000 0')
      .replace(new RegExp(`(${local} \\S+ 9000) 0`), '$1 1');
    const known = [place('lb.example', 18_123, 1, 1), place('ch-2', 18_123, 1, 2)];
    const [plan] = planNodes({ entry, asked, known, identity: identity(seen, local), ...more });
    expect(plan.nodes.map(({ host, port }) => `${host}:${port}`)).toEqual(expected);
  };
  const usual = ['lb.example:18123', 'ch-2:18123', 'ch-3:18123', 'ch-4:18123'];
  check('ch-1', entry, {}, usual);
  check('ch-2', { host: 'ch-2', port: 18_123 }, {}, usual);
  const mappings = [{ from: 'ch-2', to: { host: 'proxy', port: 7 } }];
  const mapped = usual.with(1, 'proxy:7');
  check('ch-1', entry, { mappings }, mapped);
  check('ch-2', { host: 'proxy', port: 7 }, { mappings }, mapped);
});

test('where it cannot be told which of two rows answers, both are tried', () => {
  const entry = { host: '127.0.0.1', port: 8123 };
  const plans = planNodes({ entry, identity: identity(oldPair) });
  expect(
    plans.map(({ nodes }) => nodes.map(({ port, guessed = false }) => [port, guessed])),
  ).toEqual([
    [
      [8123, false],
      [8124, true],
    ],
    [
      [8122, true],
      [8123, false],
    ],
  ]);
});

test('a server finds its own place', () => {
  const check = (lines: string, cluster: string, hostName: string, expected: object) =>
    expect(placeOf(identity(lines, hostName), cluster, '127.0.0.1')).toEqual(expected);
  check(twoByTwo, 'main', 'anything', { shard: 1, replica: 1 });
  const remote = twoByTwo.replace('9000 1', '9000 0');
  check(remote, 'main', 'ch-4', { shard: 2, replica: 2 });
  check(remote, 'main', 'ch-4.example.com', { shard: 2, replica: 2 });
  check(remote, 'main', 'unknown', {});
  check(oldPair, 'pair', 'vm', { shard: 1 });
  const told = `${oldPair}
    sharded 1 1 127.0.0.1 127.0.0.1 9001 0
    sharded 2 1 127.0.0.1 127.0.0.1 9002 1`;
  check(told, 'pair', 'vm', { shard: 1, replica: 2 });
});

test('reading an identity leaves rubbish out', () => {
  const server = ['server', ['vm', '18.16.1', '77']];
  expect(parseIdentity([])).toBeUndefined();
  expect(parseIdentity([['server', ['vm']], 5, null, ['macro', 'x']])).toBeUndefined();
  expect(
    parseIdentity([server, ['macro', ['shard', '1']], ['macro', [1, 2]], ['cluster', ['a']]]),
  ).toEqual({
    hostName: 'vm',
    version: '18.16.1',
    uptimeSeconds: 77,
    clusters: [],
    macros: new Map([['shard', '1']]),
  });
});

test('members of an ensemble', () => {
  const check = (config: string, expected: number) => expect(countMembers(config)).toBe(expected);
  check('', 0);
  check('server.1=a:2888:3888:participant\nserver.2=b:2888:3888:participant\nversion=0', 2);
  check('server.1=a:9234;participant;1\nserver.1=a:9234;participant;1', 1);
  check('xserver.1=a', 0);
});
