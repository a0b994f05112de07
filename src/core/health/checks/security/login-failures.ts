import { type Measured, measured, type NodeCheck, unknown } from '../../check.ts';
import { loginFailures as failures } from '../../readings/access.ts';
import { errorCounts, errorGrowth } from '../../readings/errors.ts';
import { recentRows, total } from '../../readings/recent-rows.ts';
import { whyMissing } from '../../readings/why-missing.ts';
import { countText } from '../../wording.ts';

/** Unknown user, wrong password, password required; since 21.x one code for all of them. */
const loginCodes = [192, 193, 194, 516];
const windowMs = 10 * 60_000;

/** Logins that fail in numbers: somebody guesses, or a program has an old password. */
export const loginFailures: NodeCheck = {
  id: 'login-failures',
  number: 104,
  title: 'Many logins fail',
  group: 'security',
  dimension: 'configuration',
  scope: 'node',
  needs: [],
  uses: [errorCounts, failures],
  measure(node) {
    const rows = node.optionalRows(failures);
    const recent = rows && recentRows(node, rows, windowMs);
    const count = recent
      ? total(recent, (row) => row.failures)
      : errorGrowth(node, loginCodes, windowMs);
    if (count === undefined)
      return node.optionalRows(errorCounts)
        ? unknown('There are no two readings of system.errors yet.')
        : whyMissing([node], [failures, errorCounts]);
    const item: Measured = {
      subject: {},
      values: { perMinute: count / (windowMs / 60_000), sources: recent && sources(recent) },
    };
    return measured([item]);
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'perMinute', is: 'above', than: 10 }],
      source: 'guideline: 10 a minute (samber/awesome-prometheus-alerts: any)',
      message: ({ values }) =>
        `${countText(Number(values.perMinute), 'login')} fail each minute${values.sources ? `: ${values.sources}` : ''}.`,
    },
  ],
  explanation:
    'Failed logins in numbers are somebody who guesses passwords, or a program that was not told the new one.',
  causes: [
    'A password that was changed on the server but not in a program',
    'Somebody who tries passwords',
    'A user that was dropped',
  ],
  fix: () => ({
    sql: "SELECT user, client_address, interface, count() AS failures FROM system.session_log WHERE event_date >= today() - 1 AND event_time > now() - 3600 AND type = 'LoginFailure' GROUP BY user, client_address, interface ORDER BY failures DESC LIMIT 20",
    risk: 'safe',
    note: 'Shows who tries from where; needs <session_log> in the server’s configuration.',
  }),
  proof: { kind: 'sql' },
};

/** `anna from ::1 (12), …`, the most frequent first. */
function sources(
  rows: readonly {
    readonly user: string | undefined;
    readonly address: string | undefined;
    readonly failures: number | undefined;
  }[],
): string {
  const groups = [...Map.groupBy(rows, (row) => `${row.user} from ${row.address}`)].map(
    ([name, group]) => ({ name, count: total(group, (row) => row.failures) }),
  );
  return groups
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ name, count }) => `${name} (${count})`)
    .join(', ');
}
