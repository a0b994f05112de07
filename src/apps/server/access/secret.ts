import { createHash, randomBytes } from 'node:crypto';

/** What secrets of each kind begin with, so that people and scanners recognise them. */
export const secretPrefix = { token: 'cst_', key: 'cik_' } as const;

/** 256 random bits in 43 letters after the prefix. */
export const makeSecret = (prefix: string): string =>
  prefix + randomBytes(32).toString('base64url');

/** Lower-case hex. Our secrets are random and long, so no salt and no slow hash is needed. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The first letters, to recognise a secret by. */
export const hintOf = (secret: string): string => `${secret.slice(0, 8)}…`;

/** Short id for lists and addresses. */
export const makeId = (): string => randomBytes(9).toString('base64url').replace(/^-/, 'x');
