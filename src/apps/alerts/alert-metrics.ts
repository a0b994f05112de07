import { Counter, Gauge, type Registry } from 'prom-client';
import { severities } from '../../model/fleet/finding.ts';
import type { AlertCounts, Tally } from './alert-counts.ts';
import type { AlertEngine } from './alert-engine.ts';
import type { DeliveryStore } from './store/delivery-store.ts';

type Sample = readonly [labels: Record<string, string>, value: number];

export interface AlertFigures {
  readonly counts: AlertCounts;
  readonly engine: Pick<AlertEngine, 'active'>;
  readonly deliveries: Pick<DeliveryStore, 'waiting'>;
}

interface Plan {
  readonly type: typeof Counter | typeof Gauge;
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly read: (figures: AlertFigures) => readonly Sample[] | Promise<readonly Sample[]>;
}

const told = (tally: Tally, label: string): Sample[] =>
  tally.entries().map(([name, count]) => [{ [label]: name }, count]);

const plans: readonly Plan[] = [
  {
    type: Gauge,
    name: 'castellan_alerts_firing',
    help: 'Alerts that fire, by severity and by whether a silence or a maintenance window keeps them quiet.',
    labels: ['severity', 'quiet'],
    read({ engine }) {
      const firing = engine.active.filter(({ state }) => state === 'firing');
      return severities.flatMap((severity) =>
        [true, false].map((quiet): Sample => {
          const own = firing.filter(
            (alert) => alert.severity === severity && (alert.quiet !== undefined) === quiet,
          );
          return [{ severity, quiet: String(quiet) }, own.length];
        }),
      );
    },
  },
  {
    type: Counter,
    name: 'castellan_notifications_sent_total',
    help: 'Messages of alerts that a channel took since the start.',
    labels: ['channel'],
    read: ({ counts }) => told(counts.sent, 'channel'),
  },
  {
    type: Counter,
    name: 'castellan_notifications_failed_total',
    help: 'Messages of alerts that were given up since the start: refused, tried too often, or too many waiting.',
    labels: ['channel'],
    read: ({ counts }) => told(counts.failed, 'channel'),
  },
  {
    type: Gauge,
    name: 'castellan_notifications_waiting',
    help: 'Messages of alerts that wait to be sent, also those that are tried again.',
    labels: ['channel'],
    read: async ({ deliveries }) =>
      (await deliveries.waiting()).map(({ channel, count }): Sample => [{ channel }, count]),
  },
  {
    type: Counter,
    name: 'castellan_rule_evaluations_total',
    help: 'Evaluations of alert rules since the start, by what they look at; of findings, one for each cluster that was evaluated.',
    labels: ['kind'],
    read: ({ counts }) => told(counts.evaluations, 'kind'),
  },
  {
    type: Counter,
    name: 'castellan_rule_evaluation_failures_total',
    help: 'Evaluations of alert rules that had no answer since the start: the rule says why.',
    labels: ['kind'],
    read: ({ counts }) => told(counts.unanswered, 'kind'),
  },
];

/** Adds what the alerts know of themselves to the registry. */
export function registerAlertMetrics(registry: Registry, figures: AlertFigures): void {
  for (const { type: Metric, name, help, labels, read } of plans)
    new Metric({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      async collect() {
        this.reset();
        for (const [own, value] of await read(figures)) this.inc(own, value);
      },
    });
}
