import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** An authority and what it signed, made anew by openssl. */
export interface Authority {
  readonly ca: string;
  /** A certificate for `name` (DNS) that is valid for `days`; negative: it has expired. */
  issue(name: string, days?: number): KeyPair;
  /** Removes its folder. */
  close(): void;
}

export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-ca-'));
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    ...['req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '30'],
    ...['-subj', '/CN=Test authority'],
  );
  let issued = 0;
  return {
    ca: readFileSync(path('ca.pem'), 'utf8'),
    issue(name, days = 10) {
      const id = `c${++issued}`;
      openssl(
        ...['req', ...curve, '-keyout', `${id}.key`, '-out', `${id}.csr`, '-subj', `/CN=${name}`],
        ...['-addext', `subjectAltName=DNS:${name}`],
      );
      openssl(
        ...['x509', '-req', '-in', `${id}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key'],
        ...['-CAcreateserial', '-copy_extensions', 'copy', '-out', `${id}.pem`],
        ...['-days', String(days)],
      );
      return {
        certificate: readFileSync(path(`${id}.pem`), 'utf8'),
        key: readFileSync(path(`${id}.key`), 'utf8'),
      };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
