import { type ClusterCheck, type Measured, measured } from '../../check.ts';

const dayMs = 86_400_000;
/** Days of an average month. */
const monthDays = 30.44;

/**
 * How many months ago a version came out, by its own name: `25.8.…` is of August 2025. Versions
 * before 20.1 did not name the month; they are counted from the end of their year.
 */
export function monthsSince(version: string, nowMs: number): number | undefined {
  const match = /^(\d{2})\.(\d{1,2})\./.exec(version);
  if (!match) return undefined;
  const year = 2_000 + Number(match[1]);
  const month = year < 2_020 ? 12 : Math.min(12, Number(match[2]));
  return (nowMs - Date.UTC(year, month - 1, 15)) / (dayMs * monthDays);
}

/** Versions of March and August are supported for a year, the others for three months or so. */
const isLongTerm = (version: string): boolean => /^\d{2}\.(3|8)\./.test(version);

/** Servers of different versions, and versions that get no fixes any more. */
export const versionSkew: ClusterCheck = {
  id: 'version-skew',
  number: 10,
  title: 'Mixed or old versions',
  group: 'reachability',
  dimension: 'configuration',
  scope: 'cluster',
  needs: [],
  measure: ({ answering, nowMs }) => {
    const versions = [...new Set(answering.map(({ node }) => node.version))].sort();
    const items: Measured[] = answering.map(({ node }) => ({
      subject: { node: node.id },
      values: {
        version: node.version,
        monthsOld: monthsSince(node.version, nowMs),
        monthsSupported: isLongTerm(node.version) ? 13 : 5,
      },
    }));
    return measured([
      ...items,
      {
        subject: { object: 'versions' },
        values: { versions: versions.length, names: versions.join(', ') },
      },
    ]);
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'versions', is: 'above', than: 1 }],
      holdMs: dayMs,
      source: 'guideline: an upgrade is done within a day',
      message: (item) =>
        `The servers have had ${item.values.versions} versions for a day: ${item.values.names}.`,
    },
    {
      severity: 'info',
      all: [{ value: 'monthsOld', is: 'above', than: { value: 'monthsSupported' } }],
      source:
        "ClickHouse's release policy: a year for versions of March and August, else three releases",
      message: (item) => `Version ${item.values.version} gets no fixes any more.`,
    },
  ],
  explanation:
    'Replicas of different versions may merge differently and may not understand each other. A version out of support keeps its security holes.',
  causes: ['An upgrade that was not finished', 'A server that was forgotten'],
  fix: () => ({
    sql: 'SELECT hostName() AS host, version() AS version, uptime() AS uptime',
    risk: 'safe',
    note: 'Shows the version of each; upgrade one replica of a shard after the other.',
  }),
  proof: { kind: 'fault' },
};
