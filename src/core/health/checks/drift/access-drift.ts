import { sqlName } from '../../../../base/sql-text.ts';
import type { FindingSubject, Fix } from '../../../../model/fleet/finding.ts';
import { type ClusterCheck, type Measured, measured, notApplicable } from '../../check.ts';
import type { NodeView } from '../../node-view.ts';
import {
  accounts,
  grants,
  profileElements,
  quotas,
  roles,
  rowPolicies,
} from '../../readings/access.ts';

/** What one server says of one user, role, right, policy, quota or profile. */
interface Entity {
  readonly kind: string;
  readonly name: string;
  readonly definition: string;
}

/** Users and rights that differ between the servers of a cluster. */
export const accessDrift: ClusterCheck = {
  id: 'access-drift',
  number: 93,
  title: 'Servers have different users or rights',
  group: 'drift',
  dimension: 'configuration',
  scope: 'cluster',
  needs: [
    { reading: accounts, columns: ['name', 'definition'], absent: 'unknown' },
    { reading: grants, columns: ['user', 'role', 'definition'], absent: 'unknown' },
    { reading: roles, absent: 'unknown' },
    { reading: rowPolicies, absent: 'unknown' },
    { reading: quotas, absent: 'unknown' },
    { reading: profileElements, absent: 'unknown' },
  ],
  measure({ answering }) {
    if (answering.length < 2) return notApplicable('There is one server: nothing to compare.');
    const entities = new Map<string, { entity: Entity; on: Map<NodeView, string> }>();
    const read = new Map<string, NodeView[]>();
    for (const node of answering)
      for (const [kind, list] of entitiesOf(node)) {
        read.set(kind, [...(read.get(kind) ?? []), node]);
        for (const entity of list) {
          const key = JSON.stringify([kind, entity.name]);
          const found = entities.get(key) ?? { entity, on: new Map() };
          entities.set(key, found);
          found.on.set(node, entity.definition);
        }
      }
    return measured(
      [...entities.values()].map(({ entity, on }): Measured => {
        const lacking = (read.get(entity.kind) ?? []).filter((node) => !on.has(node));
        return {
          subject: subjectOf(entity),
          values: {
            kind: entity.kind,
            name: entity.name,
            definitions: new Set(on.values()).size,
            missingOn: lacking.map((node) => node.node.id).join(', '),
          },
        };
      }),
    );
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'missingOn', is: 'not', than: '' }],
      source: 'guideline: users and rights are the same on all servers',
      message: ({ values }) =>
        `${capital(values.kind)} ${values.name}: missing on ${values.missingOn}.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'definitions', is: 'above', than: 1 }],
      source: 'guideline: users and rights are the same on all servers',
      message: ({ values }) =>
        `${capital(values.kind)} ${values.name}: not the same on all servers.`,
    },
  ],
  explanation:
    'The same user may do something on one server and not on another: queries fail now and then, or somebody sees what he should not.',
  causes: [
    'A statement such as CREATE USER or GRANT that was run on one server instead of ON CLUSTER',
    'Files such as users.xml that differ',
    'A server that was away while the others were changed',
  ],
  fix: ({ subject, values }) => fixOf(String(values.kind), subject),
  proof: { kind: 'fault' },
};

const subjectOf = ({ kind, name }: Entity): FindingSubject =>
  kind === 'user' || kind === 'rights of the user'
    ? { user: name, object: kind }
    : { object: `${kind} ${name}` };

const capital = (kind: unknown): string =>
  `${String(kind).charAt(0).toUpperCase()}${String(kind).slice(1)}`;

/** What each server has, by kind; a kind that could not be read there is left out. */
function entitiesOf(node: NodeView): (readonly [string, readonly Entity[]])[] {
  const list = (
    kind: string,
    rows: readonly { readonly name: string; readonly definition: string | undefined }[] | undefined,
  ) =>
    rows
      ? [[kind, rows.map(({ name, definition = '' }) => ({ kind, name, definition }))] as const]
      : [];
  const named = <Row extends { readonly name: string | undefined }>(rows?: readonly Row[]) =>
    rows?.map((row) => ({ definition: undefined, ...row, name: row.name ?? '' }));
  const rights = node.rows(grants);
  const elements = node.optionalRows(profileElements);
  return [
    ...list('user', named(node.rows(accounts))),
    ...list(
      'rights of the user',
      rights.flatMap((row) => (row.user === undefined ? [] : [{ ...row, name: row.user }])),
    ),
    ...list(
      'rights of the role',
      rights.flatMap((row) => (row.role === undefined ? [] : [{ ...row, name: row.role }])),
    ),
    ...list('role', named(node.optionalRows(roles))),
    ...list('row policy', named(node.optionalRows(rowPolicies))),
    ...list('quota', named(node.optionalRows(quotas))),
    ...list(
      'settings of',
      elements?.map((row) => ({ ...row, name: row.profile ?? row.user ?? row.role ?? '' })),
    ),
  ];
}

function fixOf(kind: string, subject: FindingSubject): Fix {
  const note = 'Run it on each server and compare; then run the statement that is missing.';
  if (kind === 'user')
    return { sql: `SHOW CREATE USER ${sqlName(subject.user ?? '')}`, risk: 'safe', note };
  if (kind === 'rights of the user')
    return { sql: `SHOW GRANTS FOR ${sqlName(subject.user ?? '')}`, risk: 'safe', note };
  return { sql: 'SHOW ACCESS', risk: 'safe', note };
}
