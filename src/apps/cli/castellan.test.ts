import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { renderChecksPage } from '../../core/health/checks-markdown.ts';
import { checks } from '../../core/health/index.ts';
import { CastellanSettings } from '../../model/config/castellan-config.ts';
import { ClientSettings } from '../../model/config/client-settings.ts';
import { renderConfigurationPage } from '../../model/config/config-markdown.ts';
import { renderCliPage } from './cli-markdown.ts';
import { renderCaret } from './print-failure.ts';
import { cellText, cut } from './print-table.ts';
import { createProgram } from './start.ts';
import { openTerminal } from './terminal.ts';
import { openPeer, runCommand, startCommand } from './testing/run-command.ts';
import { parseTimeArgument } from './time-argument.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function peer(...args: Parameters<typeof openPeer>): Promise<string> {
  const opened = await openPeer(...args);
  cleanups.push(opened.close);
  return opened.url;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'castellan-cli-'));
  cleanups.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const row = (body: string, second = 1) => ({
  Timestamp: `2026-01-02T03:04:0${second}.123456789Z`,
  SeverityText: 'ERROR',
  ServiceName: 'shop',
  Body: body,
});
const meta = {
  complete: true,
  cursor: null,
  warnings: [],
  rowsRead: 1,
  bytesRead: 1,
  elapsedMs: 1,
  sql: '',
  explanation: '',
};
const lines = (...each: object[]) => each.map((line) => `${JSON.stringify(line)}\n`).join('');

test('the pages of docs/ are those that the code makes: npm run docs', () => {
  // The formatter fills tables up with spaces and dashes.
  const bare = (text: string) => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
  const check = (name: string, expected: string) => {
    const page = readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');
    expect(bare(page)).toBe(bare(expected));
  };
  check('configuration.md', renderConfigurationPage(CastellanSettings, ClientSettings));
  check('checks.md', renderChecksPage(checks));
  check('cli.md', renderCliPage(createProgram(openTerminal())));
});

test('usage: help for newcomers, mistakes with a suggestion, exit codes', async () => {
  const check = async (words: string[], code: number, out: RegExp, err: RegExp) => {
    const ended = await runCommand(words);
    expect([words.join(' '), ended.code]).toEqual([words.join(' '), code]);
    expect(ended.out).toMatch(out);
    expect(ended.err).toMatch(err);
  };
  await Promise.all([
    check(
      [],
      2,
      /Usage: castellan.*Run:.*up.*demo.*Search:.*search.*sql.*tail.*Operate:.*keys.*config.*Exit codes:/s,
      /^$/,
    ),
    check(['--help'], 0, /Examples:/, /^$/),
    check(['search', '--help'], 0, /--source.*Examples:/s, /^$/),
    check(['version'], 0, /^\d+\.\d+\.\d+\n$/, /^$/),
    check(['serch'], 2, /^$/, /unknown command 'serch'.*Did you mean search/s),
    check(['search', '--limt', '1'], 2, /^$/, /unknown option '--limt'.*--limit/s),
    check(['search', 'x', '--source', 'log'], 2, /^$/, /Allowed choices are logs, traces/),
    check(['search', 'x', '--limit', '-1'], 2, /^$/, /--limit: "-1" is not a number of records/),
    check(['search', 'x', '--from', 'yesterday'], 2, /^$/, /--from: "yesterday" is not a time/),
    check(['sql', 'x', '--param', 'nonsense'], 2, /^$/, /"nonsense" is not name=value/),
    check(['keys', 'list', '--url', 'localhost:3000'], 2, /^$/, /--url: expected a URL/),
  ]);
});

test('config: values with their sources, secrets masked, problems all at once', async () => {
  const path = join(folder(), 'castellan.yaml');
  writeFileSync(path, 'retention:\n  logs: 7d\nport: 3001\n');
  const env = {
    CASTELLAN_STORE_URL: 'http://u:hunter2@h:8123',
    CASTELLAN_PASSWORD: 'hunter2',
    PORT: '3002',
    CASTELLAN_PORT: 'tcp://x',
  };
  const shown = await runCommand(['config', '--json', '--config', path, '--otlp-http-port=1'], env);
  expect(shown.code).toBe(0);
  expect(shown.out + shown.err).not.toContain('hunter2');
  expect(shown.err).toMatch(
    /warning: CASTELLAN_PORT: is not a setting and is ignored\. Did you mean PORT\?/,
  );
  const settings = shown.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(settings).toEqual(
    expect.arrayContaining([
      { name: 'PORT', value: '3002', source: 'environment', place: 'PORT' },
      { name: 'OTLP_HTTP_PORT', value: '1', source: 'flag', place: '--otlp-http-port' },
      {
        name: 'RETENTION_LOGS',
        value: '7d',
        source: 'file',
        place: `${path}:2:3 (retention.logs)`,
      },
      { name: 'RETENTION_TRACES', value: '30d', source: 'default', place: 'default' },
      {
        name: 'CASTELLAN_PASSWORD',
        value: '********',
        source: 'environment',
        place: 'CASTELLAN_PASSWORD',
      },
      {
        name: 'CASTELLAN_STORE_URL',
        value: 'http://u:********@h:8123',
        source: 'environment',
        place: 'CASTELLAN_STORE_URL',
      },
    ]),
  );

  writeFileSync(path, 'prot: 1\nspool:\n  fsync: maybe\n');
  const broken = await runCommand(['up', '--prot', '3', '--data-dir', folder(), 'word'], {
    CASTELLAN_CONFIG: path,
    LOG_LEVEL: 'loud',
  });
  expect(broken.code).toBe(2);
  for (const expected of [
    /--prot: unknown flag\. Did you mean --port\?/,
    /word: unexpected argument/,
    /castellan\.yaml:1:1 \(prot\): unknown key\. Did you mean port\?/,
    /castellan\.yaml:3:3 \(spool\.fsync\): expected one of/,
    /LOG_LEVEL: expected one of debug/,
  ])
    expect(broken.err).toMatch(expected);
});

test('a file of clusters that does not hold stops up and config alike, before anything starts', async () => {
  const path = join(folder(), 'clusters.yaml');
  const dataDir = join(folder(), 'data');
  writeFileSync(path, 'clusters:\n  - name: a\n    host: db:8123\n    prot: 1\n');
  for (const verb of ['up', 'config']) {
    const words = [verb, '--clusters-file', path, '--data-dir', dataDir];
    const { code, err } = await runCommand(words);
    expect(code).toBe(2);
    expect(err).toMatch(/clusters\.yaml:3:11 \(clusters\[0\]\.host\): expected a host name/);
    expect(err).toMatch(/clusters\.yaml:4:11 \(clusters\[0\]\.prot\): unknown key/);
  }
  expect(existsSync(dataDir)).toBe(false);
});

test('search: pages are followed until the limit, as a table or as NDJSON', async () => {
  const asked: { limit: number; cursor?: string; language: string }[] = [];
  const url = await peer((request, response, text) => {
    const body = JSON.parse(text);
    asked.push(body);
    expect([request.headers.accept, request.headers.authorization]).toEqual([
      'application/x-ndjson',
      'Bearer cst_x',
    ]);
    const first = body.cursor === undefined;
    const page = first ? [row('one\nline', 3), row('\u001b[31mred', 2)] : [row('three', 1)];
    response.end(
      lines(
        {
          type: 'progress',
          rowsRead: 1,
          bytesRead: 1,
          elapsedMs: 1,
          searchedTo: '',
          fraction: 0.5,
        },
        { type: 'rows', rows: page },
        { type: 'end', meta: { ...meta, complete: !first, cursor: first ? 'next' : null } },
      ),
    );
  });
  const env = { CASTELLAN_URL: `${url}/`, CASTELLAN_TOKEN: 'cst_x' };
  const table = await runCommand(['search', 'x', '--limit', '5'], env);
  expect(asked.map(({ limit, cursor }) => [limit, cursor])).toEqual([
    [5, undefined],
    [3, 'next'],
  ]);
  expect(table.code).toBe(0);
  expect(table.out.split('\n').map((line) => line.trim())).toEqual([
    expect.stringMatching(/^time +severity +service +body$/),
    '2026-01-02 03:04:03.123  ERROR     shop     one⏎line',
    '2026-01-02 03:04:02.123  ERROR     shop     \\x1b[31mred',
    '2026-01-02 03:04:01.123  ERROR     shop     three',
    '',
  ]);
  expect(table.err).toMatch(/^3 records in \d+ ms\n$/);
  const json = await runCommand(
    ['search', '--sql', '1', '--json', '--limit', 'all', '--url', url],
    { CASTELLAN_TOKEN: 'cst_x' },
  );
  expect(
    json.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).Body),
  ).toEqual(['one\nline', '\u001b[31mred', 'three']);
  expect(asked.at(-1)).toMatchObject({ limit: 10_000, language: 'sql' });
});

test('failures: what happened, where in the query, what to do, and the exit code', async () => {
  const check = async (status: number, error: object, code: number, err: RegExp) => {
    const url = await peer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data: null, meta: {}, error }));
    });
    const ended = await runCommand(['search', 'servce:x'], { CASTELLAN_URL: url });
    expect([ended.code, ended.out]).toEqual([code, '']);
    expect(ended.err).toMatch(err);
  };
  const position = { start: 0, end: 6 };
  await Promise.all([
    check(
      400,
      {
        code: 'invalid_query',
        message: 'No column servce.',
        hint: 'Did you mean service?',
        position,
      },
      5,
      /^error: No column servce\.\n {2}servce:x\n {2}\^{6}\nhint: Did you mean service\?\n$/,
    ),
    check(
      401,
      { code: 'unauthenticated', message: 'no' },
      4,
      /hint: Make a token on the page.*CASTELLAN_TOKEN/,
    ),
    check(
      503,
      { code: 'store_unavailable', message: 'The store is away.' },
      3,
      /^error: The store is away/,
    ),
    check(500, { code: 'internal', message: 'internal error' }, 1, /^error: internal error/),
    check(418, { other: 1 }, 1, /something unexpected/),
  ]);
  const lost = await peer((_request, response) => {
    response.write(lines({ type: 'rows', rows: [row('a')] }));
    setTimeout(() => response.destroy(), 50);
  });
  const other = await peer((_request, response) => response.end('<html>'));
  const [broken, foreign, away] = await Promise.all([
    runCommand(['search', 'x'], { CASTELLAN_URL: lost }),
    runCommand(['keys', 'list'], { CASTELLAN_URL: other }),
    runCommand(['keys', 'list'], { CASTELLAN_URL: 'http://127.0.0.1:9' }),
  ]);
  expect(broken.code).not.toBe(0);
  expect([foreign.code, foreign.err]).toEqual([
    3,
    expect.stringContaining('is not Castellan (status 200)'),
  ]);
  expect([away.code, away.err]).toEqual([
    3,
    expect.stringMatching(/no Castellan answers at .*\nhint: Start one with castellan up/),
  ]);
});

test('Ctrl-C closes the request, so that the query is cancelled; a reader that leaves is no error', async () => {
  let closed = false;
  let asked = false;
  const slow = await peer((_request, response) => {
    asked = true;
    response.write(
      lines({
        type: 'progress',
        rowsRead: 1,
        bytesRead: 1,
        elapsedMs: 1,
        searchedTo: '',
        fraction: 0,
      }),
    );
    response.on('close', () => {
      closed = true;
    });
  });
  const running = startCommand(['search', 'x'], { CASTELLAN_URL: slow });
  while (!asked) await sleep(20);
  await sleep(100);
  running.process.kill('SIGINT');
  const ended = await running.ended;
  expect([ended.code, ended.err]).toEqual([130, 'Stopped.\n']);
  while (!closed) await sleep(20);

  const long = await peer((_request, response) => {
    const rows = Array.from({ length: 5_000 }, () => row('x'.repeat(200)));
    response.end(lines({ type: 'rows', rows }, { type: 'end', meta }));
  });
  const piped = startCommand(['search', 'x', '--json', '--limit', 'all'], { CASTELLAN_URL: long });
  piped.process.stdout!.once('data', () => piped.process.stdout!.destroy());
  expect(await piped.ended).toMatchObject({ code: 0, err: '' });
});

test('tail: goes on where the connection broke', async () => {
  const resumedFrom: (string | undefined)[] = [];
  const url = await peer((request, response) => {
    const from = request.headers['last-event-id'] as string | undefined;
    resumedFrom.push(from);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const rows = JSON.stringify({ rows: [row(from ? 'second' : 'first')] });
    response.write(
      `id: ${from ? 'b' : 'a'}\nevent: rows\ndata: ${rows}\n\nid: p\nevent: ping\ndata: {}\n\n`,
    );
    if (from) response.write('id: c\nevent: gap\ndata: {"skipped":3}\n\n');
    else setTimeout(() => response.end(), 20);
  });
  const running = startCommand(['tail', 'x', '--json'], { CASTELLAN_URL: url });
  while (!running.err().includes('left out')) await sleep(20);
  running.process.kill('SIGINT');
  const ended = await running.ended;
  expect(ended.code).toBe(130);
  expect(resumedFrom.slice(0, 2)).toEqual([undefined, 'p']);
  expect(
    ended.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).Body),
  ).toEqual(['first', 'second']);
  expect(ended.err).toMatch(/The connection was lost/);
});

test('where in the query', () => {
  const check = (text: string, start: number, end: number, expected: string) =>
    expect(renderCaret(text, { start, end })).toBe(expected);
  check('abc', 0, 1, 'abc\n^');
  check('abc', 1, 3, 'abc\n ^^');
  check('abc', 3, 3, 'abc\n   ^');
  check('abc', 9, 12, 'abc\n   ^');
  check('one\ntwo three\nfour', 8, 13, 'two three\n    ^^^^^');
  check('one\ntwo', 0, 7, 'one\n^^^');
  check('a\tb', 2, 3, 'a b\n  ^');
});

test('cells: one line, nothing that steers a terminal', () => {
  const check = (value: unknown, expected: string) => expect(cellText(value)).toBe(expected);
  check('a\nb\tc', 'a⏎b c');
  check('\u001b[2J', '\\x1b[2J');
  check('\u202egnp', '\\u202egnp');
  check('\u009b1m', '\\x9b1m');
  check(null, '');
  check({ a: 1 }, '{"a":1}');
  check(0, '0');
  expect([cut('abcdef', 4), cut('abcd', 4)]).toEqual(['abc…', 'abcd']);
});

test('times of the command line', () => {
  const now = Date.parse('2026-01-02T03:00:00Z');
  const check = (text: string, expected: string | undefined) => {
    const parse = () => parseTimeArgument('--from', text, now);
    if (expected === undefined) expect(parse).toThrow(/is not a time/);
    else expect(parse()).toBe(expected);
  };
  check('now', '2026-01-02T03:00:00.000Z');
  check('15m', '2026-01-02T02:45:00.000Z');
  check('-1h30m', '2026-01-02T01:30:00.000Z');
  check('2026-01-02T03:04:05.123456789Z', '2026-01-02T03:04:05.123456789Z');
  check('2026-01-02T03:04:05+02:00', '2026-01-02T03:04:05+02:00');
  check('1767322800000', '2026-01-02T03:00:00.000Z');
  check('2026-13-02', undefined);
  check('soon', undefined);
});
