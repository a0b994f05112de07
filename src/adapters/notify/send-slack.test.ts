import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { NotificationMessage } from '../../core/alerting/index.ts';
import { defaultFetchLimits } from './checked-fetch.ts';
import type { DeliveryError } from './delivery-error.ts';
import { type SendOptions, sendMessage } from './send-message.ts';
import { renderSlackMessage } from './slack-message.ts';
import { type Receiver, startReceiver } from './testing/local-receiver.ts';
import { message } from './testing/message.ts';

const options: SendOptions = {
  addresses: { allowed: ['loopback'] },
  limits: { ...defaultFetchLimits, timeoutMs: 500 },
  now: Date.now,
};
const slack = (url: string) => ({
  kind: 'slack' as const,
  name: 'ops',
  enabled: true,
  minSeverity: 'info' as const,
  url,
});

let server: Receiver | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

test('what Slack gets', async () => {
  server = await startReceiver();
  await sendMessage(slack(`${server.url}/services/T/B/x`), message, options);
  const body = JSON.parse(server.received[0]!.body);
  const golden = join(import.meta.dirname, 'slack-message.golden.json');
  expect(body).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
});

test('Slack’s limits hold, and nothing of a finding becomes markup', () => {
  const [alert] = message.alerts;
  const long = (count: number): NotificationMessage => ({
    ...message,
    title: '😀'.repeat(200),
    alertCount: count,
    alerts: Array.from({ length: Math.min(20, count) }, () => ({
      ...alert!,
      findings: alert!.findings.map((each) => ({
        ...each,
        message: '<!here>'.repeat(2_000),
        fix: { sql: '<'.repeat(5_000), risk: 'safe' as const },
      })),
    })),
  });
  for (const count of [1, 2, 500]) {
    const blocks = renderSlackMessage(long(count)).blocks as {
      type: string;
      text?: { text: string };
    }[];
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const { type, text } of blocks) {
      expect(text?.text.length ?? 0).toBeLessThanOrEqual(type === 'header' ? 150 : 3_000);
      expect(text?.text.isWellFormed() ?? true).toBe(true);
    }
    expect(JSON.stringify(blocks)).not.toMatch(/<!/);
  }
  expect(JSON.stringify(renderSlackMessage(long(500)))).toContain('and 490 more');
});

test('a Slack that fails', async () => {
  const check = async (status: number, body: string, retryable: boolean, expected: RegExp) => {
    server = await startReceiver((response) => {
      response.writeHead(status, { 'retry-after': '3' });
      if (status > 0) response.end(body);
    });
    const error = await sendMessage(slack(server.url), message, options).catch(
      (failed: DeliveryError) => failed,
    );
    expect(error).toMatchObject({ message: expect.stringMatching(expected), retryable });
    // Retrying is ours: the library sends once.
    expect(server.received).toHaveLength(1);
    await server.stop();
    server = undefined;
  };
  await check(403, 'invalid_token', false, /answered 403 Forbidden: invalid_token$/);
  await check(404, 'no_service', false, /no_service$/);
  await check(429, '', true, /429/);
  await check(500, 'rollup_error', true, /rollup_error$/);
});

test('a Slack that hangs', async () => {
  server = await startReceiver(() => {});
  await expect(sendMessage(slack(server.url), message, options)).rejects.toMatchObject({
    message: expect.stringMatching(/did not answer within 500 ms/),
    retryable: true,
  });
});
