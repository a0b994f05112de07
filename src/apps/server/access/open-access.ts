import { hostname } from 'node:os';
import type { State } from '../../../adapters/state/index.ts';
import type { OwnNames } from '../../../core/access/request-origin.ts';
import type { CastellanConfig } from '../../../model/config/castellan-config.ts';
import { Keys } from './keys.ts';
import { derivePassword, type PasswordVerifier } from './password.ts';
import { openSessions, type Sessions } from './sessions.ts';
import { openTokens, type Tokens } from './tokens.ts';

/** Everything that decides who may do what. */
export interface Access {
  readonly mode: 'open' | 'password';
  readonly own: OwnNames;
  readonly password: PasswordVerifier | undefined;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly keys: Keys;
}

/** Opens access. A password that differs from the last start's ends all sessions. */
export async function openAccess(state: State, config: CastellanConfig): Promise<Access> {
  const mode = config.password ? 'password' : 'open';
  const sessions = openSessions(state, {
    idleMs: config.sessionIdleMs,
    maxMs: config.sessionMaxMs,
  });
  return {
    mode,
    own: ownNames(config),
    password: config.password ? await verifier(state, config.password, sessions) : undefined,
    sessions,
    tokens: openTokens(state),
    keys: new Keys(state, mode === 'password'),
  };
}

async function verifier(
  state: State,
  password: string,
  sessions: Sessions,
): Promise<PasswordVerifier> {
  const name = 'password_verifier';
  const stored = await state
    .selectFrom('fact')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst();
  const derived = await derivePassword(password, stored?.value);
  if (derived.stored === stored?.value) return derived;
  await sessions.endAll();
  await state
    .insertInto('fact')
    .values({ name, value: derived.stored })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: derived.stored }))
    .execute();
  return derived;
}

function ownNames(config: CastellanConfig): OwnNames {
  const publicUrl = config.publicUrl ? new URL(config.publicUrl) : undefined;
  const names = [hostname(), config.host, ...config.allowedHosts, publicUrl?.hostname ?? ''];
  return {
    hostNames: names.filter((name) => name !== '').map((name) => name.toLowerCase()),
    publicHosts: publicUrl ? [publicUrl.host] : [],
    origins: config.corsOrigins.map((origin) => origin.toLowerCase()),
  };
}
