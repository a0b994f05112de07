import type { AlertEngine } from './alert-engine.ts';
import type { DeliveryWorker } from './delivery/delivery-worker.ts';
import type { DryRunBudget } from './rules/dry-run.ts';
import type { RuleData } from './rules/rule-data.ts';
import type { AlertStore } from './store/alert-store.ts';
import type { ChannelStore } from './store/channel-store.ts';
import type { DeliveryStore } from './store/delivery-store.ts';
import type { MaintenanceStore } from './store/maintenance-store.ts';
import type { RuleStore } from './store/rule-store.ts';
import type { SilenceStore } from './store/silence-store.ts';

/** What the routes answer from. */
export interface AlertParts {
  readonly alerts: AlertStore;
  readonly rules: RuleStore;
  readonly silences: SilenceStore;
  readonly maintenance: MaintenanceStore;
  readonly channels: ChannelStore;
  readonly deliveries: DeliveryStore;
  readonly engine: AlertEngine;
  readonly worker: DeliveryWorker;
  readonly data: RuleData;
  readonly budget: DryRunBudget;
  readonly publicUrl: () => string;
  readonly now: () => number;
  /** Looks at all alerts once more: silences or rules have changed. */
  readonly refresh: () => Promise<void>;
}
