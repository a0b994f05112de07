/** Shows the rights of the user who asks; servers without SQL-driven access control do not know it. */
export const ownGrantsStatement = 'SHOW GRANTS';

/** What `SHOW GRANTS` said, as far as it is about whole databases. */
export interface OwnGrants {
  /**
   * Whether the user surely has a right on `system.*` or on `*.*`. False also where it may come
   * from a role or is partly revoked.
   */
  gives(right: string, scope: 'system.*' | '*.*'): boolean;
}

/** Reads the answer: one cell of text in each row, `GRANT SELECT ON system.* TO monitor`. */
export function parseOwnGrants(rows: readonly (readonly unknown[])[]): OwnGrants {
  const given = new Map<string, Set<string>>();
  let revoked = false;
  for (const [line] of rows) {
    if (typeof line !== 'string') continue;
    if (line.startsWith('REVOKE')) revoked = true;
    const found = /^GRANT (\w[^`]*) ON (system\.\*|\*\.\*) TO /.exec(line);
    if (!found) continue;
    const whole = found[1]!.replaceAll(ofColumns, '');
    const rights = given.get(found[2]!) ?? new Set();
    for (const right of whole.split(',')) rights.add(right.trim());
    given.set(found[2]!, rights);
  }
  return {
    gives(right, scope) {
      if (revoked) return false;
      const scopes = scope === '*.*' ? ['*.*'] : ['*.*', scope];
      return scopes.some((each) =>
        [right, ...widerRights(right)].some((name) => given.get(each)?.has(name)),
      );
    },
  };
}

/** Rights on some columns, `SELECT(a, b)`: they give less than the whole. */
const ofColumns = /[A-Za-z0-9 ]+\([^)]*\)/g;

/** ClickHouse's docs, "GRANT": SELECT on a table brings the rights to see it. */
const seenWithSelect = new Set(['SHOW DATABASES', 'SHOW TABLES', 'SHOW COLUMNS']);

function widerRights(right: string): readonly string[] {
  const show = right.startsWith('SHOW ') ? ['SHOW'] : [];
  const access = /^SHOW (USERS|ROLES|ROW POLICIES|QUOTAS|SETTINGS PROFILES)$/.test(right)
    ? ['SHOW ACCESS', 'ACCESS MANAGEMENT']
    : [];
  return [
    'ALL',
    ...(access.length > 0 ? access : show),
    ...(seenWithSelect.has(right) ? ['SELECT'] : []),
  ];
}
