import { randomBytes } from 'node:crypto';

/** Short id for lists and addresses. */
export const newId = (): string => randomBytes(9).toString('base64url').replace(/^-/, 'x');
