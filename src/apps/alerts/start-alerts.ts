import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { defaultFetchLimits, defaultRetryLimits } from '../../adapters/notify/index.ts';
import type { SecretStore, State } from '../../adapters/state/index.ts';
import type { Logger } from '../../base/log.ts';
import { type ClusterFindings, observeFindings } from '../../core/alerting/index.ts';
import type { CastellanConfig } from '../../model/config/castellan-config.ts';
import { type AlertCounts, startCounting } from './alert-counts.ts';
import { AlertEngine } from './alert-engine.ts';
import type { AlertFigures } from './alert-metrics.ts';
import type { AlertParts } from './alert-parts.ts';
import { DeliveryWorker } from './delivery/delivery-worker.ts';
import { endedSources } from './ended-sources.ts';
import { readPastFindings } from './past-findings.ts';
import { alertRoutes } from './routes/alert-routes.ts';
import { channelRoutes } from './routes/channel-routes.ts';
import { ruleRoutes } from './routes/rule-routes.ts';
import { maintenanceRoutes, silenceRoutes } from './routes/silence-routes.ts';
import type { RuleData } from './rules/rule-data.ts';
import { RuleEvaluator } from './rules/rule-evaluator.ts';
import { AlertStore } from './store/alert-store.ts';
import { ChannelStore } from './store/channel-store.ts';
import { DeliveryStore } from './store/delivery-store.ts';
import { MaintenanceStore } from './store/maintenance-store.ts';
import { RuleStore } from './store/rule-store.ts';
import { SilenceStore } from './store/silence-store.ts';

type AlertLimits = Pick<
  CastellanConfig,
  | 'alertAllowedNetworks'
  | 'alertDeliveryTimeoutMs'
  | 'alertDeliveryAttempts'
  | 'alertQueue'
  | 'alertDigestFrom'
  | 'alertHistoryMs'
  | 'alertDeliveryLogMs'
  | 'alertRules'
  | 'alertRuleTimeoutMs'
  | 'alertDryRunTimeoutMs'
  | 'alertDryRunStatements'
  | 'alertDryRunRows'
>;

export interface AlertsOptions {
  readonly config: AlertLimits & Pick<CastellanConfig, 'slackWebhookUrl'>;
  readonly state: State;
  readonly secrets: SecretStore;
  /** What rules read, given by other rooms. */
  readonly data: Omit<RuleData, 'findings'>;
  readonly log: Logger;
  readonly now?: () => number;
}

/** The alerts. */
export interface Alerts {
  /** What they tell of themselves on `/metrics`. */
  readonly figures: AlertFigures;
  readonly routes: FastifyPluginAsyncZod;
  /** All that was found in a cluster at one moment. */
  observe(findings: ClusterFindings): Promise<void>;
  /** Begins to evaluate and to send. `publicUrl` is where people reach the page. */
  start(publicUrl: string): Promise<void>;
  /** Ends both; what is not sent yet is sent after the next start. */
  stop(): Promise<void>;
}

/** How often it is looked which rules are due; reminders and silences every fifth time. */
const turnMs = 1_000;
const turnsToRefresh = 5;
const tidyMs = 3_600_000;

/** Prepares the alerts: what was written is loaded, nothing is evaluated or sent before `start`. */
export async function openAlerts(options: AlertsOptions): Promise<Alerts> {
  const { config, log, now = Date.now } = options;
  const page = { url: 'http://localhost' };
  const counts = startCounting();
  const parts = createParts(options, counts, () => page.url, now);
  const { rules, channels, engine, worker, silences, alerts, deliveries, data } = parts;
  log.info('alert_rules_seeded', { rules: await rules.seed() });
  await channels.seed(config.slackWebhookUrl).catch((error: unknown) => {
    log.error('slack_channel_not_made', { detail: (error as Error).message });
  });
  await engine.load();
  const evaluator = new RuleEvaluator({
    rules,
    engine,
    data,
    counts,
    timeoutMs: config.alertRuleTimeoutMs,
    now,
    log,
  });
  const failed = (event: string) => (error: unknown) => log.error(event, { error });
  let timers: NodeJS.Timeout[] = [];
  let turning = false;
  let turns = 0;
  let stopped = false;
  const turn = async () => {
    if (turning || stopped) return;
    turning = true;
    try {
      await evaluator.turn();
      turns += 1;
      if (turns % turnsToRefresh !== 0) return;
      await parts.refresh();
      await worker.wake();
    } finally {
      turning = false;
    }
  };
  const tidy = async () => {
    await alerts.prune(now() - config.alertHistoryMs);
    await silences.prune(now() - config.alertHistoryMs);
    await deliveries.prune(now() - config.alertDeliveryLogMs);
  };
  return {
    figures: { counts, engine, deliveries },
    routes: allRoutes(parts),
    async observe(findings) {
      if (stopped) return;
      const observation = observeFindings(findings, await rules.list());
      await engine.step([observation], now());
      counts.evaluations.add('finding');
    },
    async start(publicUrl) {
      page.url = publicUrl.replace(/\/+$/, '');
      timers = [
        setInterval(() => void turn().catch(failed('alert_turn_failed')), turnMs),
        setInterval(() => void tidy().catch(failed('alert_history_not_tidied')), tidyMs),
      ];
      await tidy();
      await worker.wake();
    },
    async stop() {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
      await evaluator.stop();
      await engine.settled();
      await worker.stop();
    },
  };
}

function createParts(
  { config, state, secrets, data, log }: AlertsOptions,
  counts: AlertCounts,
  publicUrl: () => string,
  now: () => number,
): AlertParts {
  const most = config.alertRules;
  const alerts = new AlertStore(state);
  const deliveries = new DeliveryStore(state, config.alertQueue, now, counts.failed);
  const channels = new ChannelStore(state, secrets, deliveries, most, now);
  const silences = new SilenceStore(state, most, now);
  const maintenance = new MaintenanceStore(state, most, now);
  const rules = new RuleStore(state, most, now);
  const worker = new DeliveryWorker({
    deliveries,
    channels,
    counts,
    addresses: { allowed: config.alertAllowedNetworks },
    limits: { ...defaultFetchLimits, timeoutMs: config.alertDeliveryTimeoutMs },
    retry: { ...defaultRetryLimits, attempts: config.alertDeliveryAttempts },
    now,
    log,
  });
  const engine = new AlertEngine({
    alerts,
    channels,
    deliveries,
    quietsAt: async (atMs) => [...(await silences.at(atMs)), ...(await maintenance.at(atMs))],
    publicUrl,
    digestFrom: config.alertDigestFrom,
    now,
    log,
    onWaiting: () => {
      worker.wake().catch((error: unknown) => log.error('delivery_stopped', { error }));
    },
  });
  const all: RuleData = { ...data, findings: (range) => readPastFindings(state, range) };
  return {
    alerts,
    rules,
    silences,
    maintenance,
    channels,
    deliveries,
    engine,
    worker,
    data: all,
    budget: {
      timeoutMs: config.alertDryRunTimeoutMs,
      statementTimeoutMs: config.alertRuleTimeoutMs,
      statements: config.alertDryRunStatements,
      rows: config.alertDryRunRows,
    },
    publicUrl,
    now,
    async refresh() {
      if (engine.active.length === 0) return;
      const ended = endedSources(engine.active, await all.clusters(), await rules.list());
      await engine.step(ended, now());
    },
  };
}

const allRoutes =
  (parts: AlertParts): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(alertRoutes(parts));
    await app.register(silenceRoutes(parts));
    await app.register(maintenanceRoutes(parts));
    await app.register(ruleRoutes(parts));
    await app.register(channelRoutes(parts));
  };
