import type { Logger } from '../../base/log.ts';
import type { CastellanConfig } from '../../model/config/castellan-config.ts';
import { registerGuard } from './access/guard.ts';
import { registerLoginRoutes } from './access/login-routes.ts';
import type { Access } from './access/open-access.ts';
import { registerKeyRoutes, registerTokenRoutes } from './access/secret-routes.ts';
import type { Front } from './http/front.ts';
import { type OperationOptions, registerOperationRoutes } from './observe/operation-routes.ts';

/** Everything that the routes answer from. */
export interface RouteOptions extends OperationOptions {
  readonly config: CastellanConfig;
  readonly access: Access;
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
}
