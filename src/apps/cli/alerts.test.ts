import { afterEach, expect, test } from 'vitest';
import type { Alert } from '../../model/alert/alert-api.ts';
import { openPeer, runCommand } from './testing/run-command.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const alert = (id: string, more: Partial<Alert> = {}): Alert => ({
  id,
  cause: 'replica-lag',
  title: `Replica lags behind: ${id}`,
  state: 'firing',
  severity: 'high',
  cluster: { id: 'c1', name: 'production' },
  findings: [
    {
      id: 'f',
      check: 'replica-lag',
      severity: 'high',
      subject: { node: 'db1:8123', shard: 2, table: 'orders' },
      message: 'It is 400 s behind.',
      fix: { sql: 'SYSTEM SYNC REPLICA orders', risk: 'safe', note: 'Waits.' },
    },
  ],
  findingCount: 3,
  since: '2026-03-01T12:00:00.000Z',
  ...more,
});
const over = alert('b', { state: 'resolved', resolvedAt: '2026-03-01T13:00:00.000Z' });
const silence = {
  id: 's1',
  match: { check: 'replica-*' },
  startsAt: '2026-03-01T12:00:00.000Z',
  endsAt: '2026-03-01T14:00:00.000Z',
  by: 'ann',
  comment: 'known',
  createdAt: '2026-03-01T12:00:00.000Z',
  state: 'active',
};

/** A server with these alerts; runs a command against it, and tells what the server was asked. */
async function against(...words: string[]) {
  const asked: string[] = [];
  const server = await openPeer((request, response, body) => {
    asked.push([request.method, request.url, body].filter(Boolean).join(' '));
    const [path = ''] = request.url?.split('?') ?? [];
    const data = {
      '/api/v1/alerts': { alerts: [alert('a'), over] },
      '/api/v1/alerts/a': { alert: alert('a') },
      '/api/v1/alerts/b': { alert: over },
      '/api/v1/alerts/a/ack': {
        alert: alert('a', { acknowledged: { at: alert('a').since, by: 'ann' } }),
      },
      '/api/v1/clusters': { clusters: [{ id: 'c1', name: 'production' }] },
      '/api/v1/silences': request.method === 'GET' ? { silences: [silence] } : { silence },
      '/api/v1/silences/s1': { id: 's1' },
    }[path];
    response.writeHead(data ? 200 : 404, { 'content-type': 'application/json' });
    const error = { code: 'not_found', message: `there is no ${path}`, hint: 'Look for it.' };
    response.end(JSON.stringify({ data: data ?? null, meta: {}, error: data ? null : error }));
  });
  cleanups.push(server.close);
  const ended = await runCommand(['alerts', ...words], { CASTELLAN_URL: server.url, USER: 'bo' });
  return { ...ended, asked };
}

test('alerts are listed, as a table and as lines of JSON; --fail-on is told by the exit code', async () => {
  const listed = await against(
    'list',
    '--state',
    'all',
    '--cluster',
    'production',
    '--words',
    'x y',
  );
  expect(listed).toMatchObject({ code: 0, err: '' });
  expect(listed.out).toMatch(
    /^id +state +severity +cluster +since +handled +title\na +firing +high +production +2026-03-01 12:00:00 .*Replica lags behind: a\nb +resolved/,
  );
  expect(listed.asked[1]).toBe('GET /api/v1/alerts?state=all&limit=1000&cluster=c1&q=x+y');
  const lines = (await against('list', '--json')).out.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([alert('a'), over]);
  const codes = await Promise.all(
    ['info', 'high', 'critical'].map(
      async (least) => (await against('list', '--fail-on', least)).code,
    ),
  );
  expect(codes).toEqual([7, 7, 0]);
  expect((await against('list', '--fail-on', 'bad')).code).toBe(2);
  expect((await against('list', '--from', 'tomorrow')).code).toBe(2);
});

test('one alert with its findings and fixes; one that is not there', async () => {
  const { out } = await against('show', 'a');
  expect(out).toMatch(
    /^Replica lags behind: a: firing, high, in production\nsince 2026-03-01 12:00:00\n/,
  );
  expect(out).toMatch(/high +replica-lag +db1:8123 2 orders +It is 400 s behind\.\nand 2 more\n/);
  expect(out).toMatch(/\n-- replica-lag \(safe\): Waits\.\nSYSTEM SYNC REPLICA orders\n$/);
  expect((await against('show', 'b')).out).toMatch(/over since 2026-03-01 13:00:00/);
  const none = await against('show', 'c');
  expect([none.code, none.out]).toEqual([1, '']);
  expect(none.err).toMatch(/there is no \/api\/v1\/alerts\/c.*Look for it\./s);
});

test('an alert is acknowledged by whoever is logged in, or is named', async () => {
  const acked = await against('ack', 'a', '--note', 'on it');
  expect(acked.asked).toEqual(['POST /api/v1/alerts/a/ack {"by":"bo","note":"on it"}']);
  expect([acked.code, acked.err]).toEqual([0, 'Replica lags behind: a: acknowledged by ann.\n']);
  expect((await against('ack', 'a', '--by', 'ann')).asked[0]).toContain('{"by":"ann"}');
});

test('a silence: of what an alert is about, or of what the flags say; listed, and ended', async () => {
  const bodies = async (...words: string[]) => {
    const { asked, code, err } = await against('silence', ...words);
    const post = asked.find((each) => each.startsWith('POST'));
    return post ? JSON.parse(post.slice(post.indexOf('{'))) : `${code} ${err}`;
  };
  expect(await bodies('a', '--for', '30m')).toEqual({
    match: {
      cluster: 'c1',
      check: 'replica-lag',
      subject: { node: 'db1:8123', shard: '2', table: 'orders' },
    },
    duration: '30m',
    by: 'bo',
  });
  expect(
    await bodies(
      '--cluster',
      'production',
      '--table',
      'o*',
      '--min-severity',
      'high',
      '--comment',
      'x',
    ),
  ).toEqual({
    match: { cluster: 'c1', subject: { table: 'o*' }, minSeverity: 'high' },
    duration: '2h',
    by: 'bo',
    comment: 'x',
  });
  expect(await bodies()).toMatch(/^2 .*say what is to be quiet/s);
  expect(await bodies('a', '--check', 'x')).toMatch(/^2 .*either an alert or --check/s);
  expect(await bodies('--cluster', 'nowhere')).toMatch(/^1 .*no cluster "nowhere"/s);

  const made = await against('silence', '--check', 'replica-*');
  expect([made.out, made.err]).toEqual([
    's1\n',
    'Quiet until 2026-03-01 14:00:00: check replica-*.\n',
  ]);
  expect((await against('silences')).out).toMatch(/s1 +active .* ann +check replica-\* +known/);
  const ended = await against('unsilence', 's1');
  expect([ended.code, ended.asked]).toEqual([0, ['DELETE /api/v1/silences/s1']]);
});
