import type { Store } from '../../adapters/clickhouse/store.ts';
import type { Logger } from '../../base/log.ts';
import type { CastellanConfig } from '../../model/config/castellan-config.ts';
import { registerAlertMetrics } from '../alerts/alert-metrics.ts';
import type { Alerts } from '../alerts/start-alerts.ts';
import { backupRoute } from '../backup/backup-route.ts';
import type { BackupParts } from '../backup/make-backup.ts';
import { registerFleetMetrics } from '../monitor/fleet-metrics.ts';
import { fleetRoutes } from '../monitor/routes/fleet-routes.ts';
import { queryRoutes } from '../monitor/routes/query-routes.ts';
import type { Monitor } from '../monitor/start-monitor.ts';
import { telemetryRoutes } from '../telemetry/routes/telemetry-routes.ts';
import { registerGuard } from './access/guard.ts';
import { registerLoginRoutes } from './access/login-routes.ts';
import type { Access } from './access/open-access.ts';
import { registerKeyRoutes, registerTokenRoutes } from './access/secret-routes.ts';
import type { Front } from './http/front.ts';
import { searchLimitsOf } from './limits-of.ts';
import { registerDeadLetterRoutes } from './observe/dead-letter-routes.ts';
import { type OperationOptions, registerOperationRoutes } from './observe/operation-routes.ts';

/** Everything that the routes answer from. */
export interface RouteOptions extends OperationOptions {
  readonly config: CastellanConfig;
  readonly access: Access;
  readonly store: Store;
  readonly monitor: Monitor;
  readonly alerts: Alerts;
  readonly backup: BackupParts;
  /** Calls back after rows were stored; returns how to stop that. */
  readonly onStored: (listener: () => void) => () => void;
  readonly basePath: string;
  readonly secure: boolean;
  readonly log: Logger;
}

/** Adds every route of the API, after the guard. */
export async function registerRoutes(app: Front, options: RouteOptions): Promise<void> {
  const { access, config } = options;
  options.metrics.observe(app);
  registerGuard(app, access);
  registerOperationRoutes(app, options);
  registerLoginRoutes(app, {
    password: access.password,
    sessions: access.sessions,
    attemptsPerMinute: config.loginAttemptsPerMinute,
    attemptsTotalPerMinute: config.loginAttemptsTotalPerMinute,
    cookie: {
      path: options.basePath === '' ? '/' : options.basePath,
      secure: options.secure,
      maxAgeMs: config.sessionMaxMs,
    },
    log: options.log,
  });
  registerKeyRoutes(app, access.keys);
  registerTokenRoutes(app, access.tokens);
  registerDeadLetterRoutes(app, options.pipeline);
  const telemetry = telemetryRoutes({
    store: options.store,
    logger: options.log,
    limits: searchLimitsOf(config),
    onStored: options.onStored,
  });
  await app.register(telemetry, { prefix: '/api/v1' });
  registerFleetMetrics(options.metrics.registry, options.monitor);
  registerAlertMetrics(options.metrics.registry, options.alerts.figures);
  await app.register(fleetRoutes(options.monitor.fleet), { prefix: '/api/v1' });
  await app.register(queryRoutes(options.monitor.queries), { prefix: '/api/v1' });
  await app.register(options.alerts.routes, { prefix: '/api/v1' });
  await app.register(backupRoute(options.backup, options.log), { prefix: '/api/v1' });
}
