import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmbeddedNode, openEmbeddedNode } from '../health/testing/embedded-node.ts';
import type { LogServer } from './log-columns.ts';
import {
  killObjection,
  killStatement,
  killTrial,
  parseRunning,
  runningStatement,
  seenStatement,
} from './running.ts';

let node: EmbeddedNode;
let server: LogServer;
beforeAll(() => {
  node = openEmbeddedNode();
  const columns = node.rows(
    "SELECT name FROM system.columns WHERE database = 'system' AND table = 'processes'",
  );
  server = {
    tables: new Map([['processes', new Set(columns.map(([name]) => String(name)))]]),
    denied: new Map(),
  };
});
afterAll(() => node.close());

const seen = {
  node: 'n:1',
  queryId: "it's \\ odd",
  user: "o'brien",
  textBytes: 12,
  startedSeconds: 1_000,
};

test('the statement that kills names one query and nothing else', () => {
  expect(killStatement(seen)).toBe(
    "KILL QUERY WHERE query_id = 'it\\'s \\\\ odd' AND user = 'o\\'brien' AND length(query) = 12 AND elapsed > toUnixTimestamp(now()) - 1002 ASYNC",
  );
  // A real engine parses and runs it, and finds nobody.
  node.execute(killStatement(seen), killTrial(seen));
  expect(node.rows(seenStatement(seen, server))).toEqual([]);
});

test('running queries: what is read is what is shown', () => {
  expect(node.rows(runningStatement(server, { fullText: true }))).toEqual([]);
  const row = ['q', 'u', '77', '1000', 'select', 'SELECT ?', '', 1.5, '50', '400', '0', '200'];
  const [query] = parseRunning('n:1', [[...row, '1024', 0, 1, 'curl', '9']], 'own-');
  expect(query).toEqual({
    node: 'n:1',
    queryId: 'q',
    user: 'u',
    hash: '77',
    startedSeconds: 1_000,
    kind: 'select',
    shape: 'SELECT ?',
    elapsedMs: 1_500,
    readRows: 50,
    readBytes: 400,
    writtenRows: 0,
    totalRows: 200,
    progress: 0.25,
    memoryBytes: 1_024,
    cancelled: false,
    initial: true,
    client: 'curl',
    textBytes: 9,
  });
  const [own] = parseRunning('n:1', [['own-1', ...row.slice(1), 0, 1, 0, '', 9]], 'own-');
  expect(own).toMatchObject({ cancelled: true, initial: false, protected: expect.any(String) });
});

test('what is not killed from here, whatever the server says', () => {
  const check = (queryId: string, confirm: string | undefined, expected: RegExp | undefined) => {
    const objection = killObjection({ ...seen, queryId }, confirm, 'own-');
    if (expected === undefined) expect(objection).toBeUndefined();
    else expect(objection).toMatch(expected);
  };
  check('q', 'q', undefined);
  check('q', undefined, /"confirm" has to be/);
  check('q', '', /is "", which is not/);
  check('q', 'Q', /is not the id/);
  check('own-1', 'own-1', /monitor itself/);
});
