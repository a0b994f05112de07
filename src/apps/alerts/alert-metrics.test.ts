import { Registry } from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { startReceiver } from '../../adapters/notify/testing/local-receiver.ts';
import { RequestFailure } from '../../model/api/failure.ts';
import { registerAlertMetrics } from './alert-metrics.ts';
import { eventually, finding, startTestAlerts } from './testing/test-alerts.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

test('what fires, what was sent, refused and waits, and how rules were evaluated', async () => {
  let status = 200;
  const receiver = await startReceiver((response) => response.writeHead(status).end());
  cleanups.push(receiver.stop);
  const running = await startTestAlerts({ SLACK_WEBHOOK_URL: receiver.url });
  cleanups.push(() => running.stop());
  const { alerts, call, clock, data, observe } = running;
  const registry = new Registry();
  registerAlertMetrics(registry, alerts.figures);
  const lines = async () =>
    (await registry.metrics()).split('\n').filter((line) => line !== '' && !/^#| 0$/.test(line));
  const untilMetrics = (...expected: string[]) =>
    eventually(lines, (all) => JSON.stringify(all) === JSON.stringify(expected));

  expect(await lines()).toEqual([]);
  data.query = async () => ({ columns: ['value'], rows: [[1]] });
  const source = { kind: 'sql', cluster: 'c', sql: 'SELECT 1 AS value', bounds: { above: 5 } };
  await call('POST', '/rules', { name: 'rows', source });
  await call('POST', '/silences', { match: { check: 'disk-*' }, duration: '1h' });
  await observe([finding('replica-lag'), finding('disk-full', { severity: 'critical' })]);
  clock.nowMs += 15_000;
  await observe([finding('replica-lag'), finding('disk-full', { severity: 'critical' })]);
  await alerts.start('http://x');
  const firing = [
    'castellan_alerts_firing{severity="warning",quiet="false"} 1',
    'castellan_alerts_firing{severity="critical",quiet="true"} 1',
  ];
  const sent = 'castellan_notifications_sent_total{channel="Slack (SLACK_WEBHOOK_URL)"} 1';
  const found = 'castellan_rule_evaluations_total{kind="finding"} 2';
  await untilMetrics(...firing, sent, found, 'castellan_rule_evaluations_total{kind="sql"} 1');

  data.query = async () => {
    throw new RequestFailure('unavailable', 'no node of the cluster answers');
  };
  clock.nowMs += 60_000;
  const evaluated = [
    found,
    'castellan_rule_evaluations_total{kind="sql"} 2',
    'castellan_rule_evaluation_failures_total{kind="sql"} 1',
  ];
  await untilMetrics(...firing, sent, ...evaluated);

  // What may pass is tried again; what cannot is given up.
  status = 503;
  await observe([finding('disk-full', { severity: 'critical' })]);
  const waiting = 'castellan_notifications_waiting{channel="Slack (SLACK_WEBHOOK_URL)"} 1';
  const [, quiet = ''] = firing;
  const more = [found.replace(/2$/, '3'), ...evaluated.slice(1)];
  await untilMetrics(quiet, sent, waiting, ...more);
  status = 404;
  await untilMetrics(
    quiet,
    sent,
    'castellan_notifications_failed_total{channel="Slack (SLACK_WEBHOOK_URL)"} 1',
    ...more,
  );
  expect((await registry.metrics()).match(/^# HELP/gm)).toHaveLength(6);
});
