import { sqlName } from '../../../../base/sql-text.ts';
import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { accounts } from '../../readings/access.ts';

const anywhere = new Set(['::/0', '0.0.0.0/0']);

/** Users that anybody can log in as, from anywhere. */
export const weakAccount: NodeCheck = {
  id: 'weak-account',
  number: 103,
  title: 'A user can log in without a safe password',
  group: 'security',
  dimension: 'configuration',
  scope: 'node',
  needs: [
    {
      reading: accounts,
      columns: ['name', 'authTypes', 'hostIps', 'hostPatterns', 'hostRegexps'],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(accounts).map((row): Measured => {
        const types = row.authTypes ?? [];
        return {
          subject: { user: row.name },
          values: {
            noPassword: types.includes('no_password'),
            plainPassword: types.includes('plaintext_password'),
            fromAnywhere:
              (row.hostIps ?? []).some((ip) => anywhere.has(ip)) ||
              (row.hostPatterns ?? []).includes('%') ||
              (row.hostRegexps ?? []).includes('.*'),
            storage: row.storage,
          },
        };
      }),
    ),
  rules: [
    {
      severity: 'critical',
      all: [
        { value: 'noPassword', is: 'equal to', than: true },
        { value: 'fromAnywhere', is: 'equal to', than: true },
      ],
      source: 'guideline; ClickHouse/clickhouse-diagnostics warns of it',
      message: ({ subject }) => `${subject.user} can log in from anywhere without a password.`,
    },
    {
      severity: 'critical',
      all: [
        { value: 'plainPassword', is: 'equal to', than: true },
        { value: 'fromAnywhere', is: 'equal to', than: true },
      ],
      source: 'guideline; ClickHouse/clickhouse-diagnostics warns of it',
      message: ({ subject }) =>
        `The password of ${subject.user}, who can log in from anywhere, is stored as it is.`,
    },
  ],
  explanation:
    'Whoever reaches the port can read, change or drop what this user may; a password that is stored as it is can be read from files and backups.',
  causes: [
    'The user `default` as it was installed',
    'A user made for a test',
    'IDENTIFIED WITH plaintext_password, or <password> in users.xml',
  ],
  fix: ({ subject, values }) => ({
    sql: `ALTER USER ${sqlName(subject.user ?? '')} HOST LOCAL`,
    risk: 'disruptive',
    note:
      values.storage === 'users_xml' || values.storage === 'users.xml'
        ? 'This user is defined in a file and cannot be altered: give it <password_sha256_hex> and <networks> there.'
        : 'Lets it log in from the server itself only. Where it is needed from elsewhere: ALTER USER … IDENTIFIED WITH sha256_password BY … HOST IP ….',
  }),
  proof: { kind: 'fault' },
};
