import { afterAll, expect, test } from 'vitest';
import { checks } from '../../src/core/health/catalogue.ts';
import { watchNodes } from '../../src/core/health/testing/watch-nodes.ts';
import { openEngine } from '../../src/core/search/testing/engine.ts';

/** An engine whose user may not see users, roles and what they may do. */
const engine = openEngine();
afterAll(() => engine.close());

test('a right that is really missing: the checks are unknown, and one finding names the grants', async () => {
  const ids = ['missing-grant', 'weak-account', 'access-drift'];
  const rows = (sql: string) => engine.query(sql).map((row) => Object.values(row));
  const watch = watchNodes(
    [{ id: 'n1:8123', rows, user: "watch'er" }],
    checks.filter((check) => ids.includes(check.id)),
  );
  const { findings, coverage } = await watch.rounds(2);
  expect(watch.outcome('weak-account')).toMatch(/^unknown: .*SHOW USERS/);
  expect(watch.outcome('access-drift')).toMatch(/^unknown: .*grant SHOW/);
  expect(coverage).toEqual({ answered: 1, total: 3 });
  const [missing] = findings.filter(({ check }) => check === 'missing-grant');
  expect(missing?.severity).toBe('warning');
  expect(missing?.fix?.sql.split(';\n')).toContain("GRANT SHOW USERS ON *.* TO `watch'er`");
  const unknown = findings.find(({ check }) => check === 'weak-account');
  expect(unknown?.grant).toBe("GRANT SHOW USERS ON *.* TO `watch'er`");
});
