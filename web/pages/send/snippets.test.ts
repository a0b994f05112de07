import { expect, test } from 'vitest';
import { renderSnippets } from './snippets.ts';

const textOf = (key: string): Record<string, string> =>
  Object.fromEntries(
    renderSnippets({ httpUrl: 'http://here:4318', key }).map(({ id, parts }) => [
      id,
      parts.map(({ code }) => code).join('\n'),
    ]),
  );

test('every snippet knows where to send, and the key where there is one', () => {
  const open = textOf('');
  const keyed = textOf('secret-key');
  for (const id of ['curl', 'node', 'python', 'go', 'java', 'dotnet', 'collector']) {
    expect(open[id], id).toContain('http://here:4318');
    expect(open[id], id).not.toMatch(/authorization/i);
    expect(keyed[id], id).toMatch(/authorization[=:]\s*(Bearer )?secret-key/);
  }
});

test('what curl sends is OTLP', () => {
  const body = /-d '(.*)'$/s.exec(textOf('').curl ?? '')?.[1] ?? '';
  const parsed = JSON.parse(body) as {
    resourceLogs: { scopeLogs: { logRecords: { body: { stringValue: string } }[] }[] }[];
  };
  expect(parsed.resourceLogs[0]?.scopeLogs[0]?.logRecords[0]?.body.stringValue).toBe(
    'Hello, Castellan',
  );
});
