import { atLeast } from './readings/merge-tree-limits.ts';

/**
 * A release that brought what a check is about, with where that is written. It only explains why
 * something is missing: what is read from a server is decided by what the server has.
 */
export interface Release {
  readonly major: number;
  readonly minor: number;
  /** What came with it, as a sentence begins: `TTL of tables`. */
  readonly brought: string;
  readonly source: string;
}

const changelog = (version: string): string => `ClickHouse changelog ${version}`;

export const releases = {
  ttl: {
    major: 19,
    minor: 6,
    brought: 'TTL of tables',
    source: `${changelog('19.6')} (#4212)`,
  },
  warnings: {
    major: 21,
    minor: 9,
    brought: 'The list of the server’s own warnings',
    source: changelog('21.9'),
  },
  backup: {
    major: 22,
    minor: 7,
    brought: 'BACKUP and RESTORE',
    source: 'Altinity/clickhouse-backup, release notes of 2.0.0: embedded BACKUP needs 22.7',
  },
  lostPartCount: {
    major: 23,
    minor: 4,
    brought: 'The count of lost parts that a table keeps in Keeper',
    source: `${changelog('23.4')} (#48526)`,
  },
  serverSettings: {
    major: 23,
    minor: 4,
    brought: 'The list of server settings',
    source: changelog('23.4'),
  },
  refreshableViews: {
    major: 23,
    minor: 12,
    brought: 'Views that refresh themselves',
    source: changelog('23.12'),
  },
} as const satisfies Readonly<Record<string, Release>>;

/** Whether a server of `version` is older than a release; false where its version cannot be read. */
export const isOlder = (version: string, release: Release): boolean =>
  /^\d+\.\d+/.test(version) && !atLeast(version, release.major, release.minor);
