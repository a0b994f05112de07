import type { Check } from '../../check.ts';
import { backupAge } from './backup-age.ts';
import { backupFailure } from './backup-failure.ts';
import { backupShape } from './backup-shape.ts';
import { loginFailures } from './login-failures.ts';
import { tlsExpiry } from './tls-expiry.ts';
import { weakAccount } from './weak-account.ts';

export const securityChecks: readonly Check[] = [
  backupAge,
  backupFailure,
  backupShape,
  tlsExpiry,
  weakAccount,
  loginFailures,
];
