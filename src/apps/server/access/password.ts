import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(
  (password: string, salt: Buffer, done: (error: Error | null, key: Buffer) => void) =>
    // OWASP's second choice for scrypt: 64 MiB, about 100 ms.
    scrypt(password.normalize('NFC'), salt, 32, { N: 2 ** 16, r: 8, p: 1, maxmem: 2 ** 27 }, done),
);

/** A password that was derived once, and compares others with it in constant time. */
export interface PasswordVerifier {
  /** Comparisons run one after the other, so that a crowd of logins takes no more memory. */
  matches(candidate: string): Promise<boolean>;
  /** Salt and derived key, to tell later whether the password has changed. */
  readonly stored: string;
}

/** Derives `password`, with the salt of `stored` where there is one. */
export async function derivePassword(password: string, stored?: string): Promise<PasswordVerifier> {
  const given = stored?.split(':')[0];
  const salt = given ? Buffer.from(given, 'base64url') : randomBytes(16);
  const key = await derive(password, salt);
  let queue: Promise<unknown> = Promise.resolve();
  return {
    stored: `${salt.toString('base64url')}:${key.toString('base64url')}`,
    matches(candidate) {
      const turn = queue.then(async () => timingSafeEqual(await derive(candidate, salt), key));
      queue = turn.catch(() => undefined);
      return turn;
    },
  };
}
