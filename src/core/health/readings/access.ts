import { computed, defineReading, logMinute, number, text, texts } from './reading-definition.ts';

/**
 * Who may do what, as each host has it. Ids are left out, for they differ between hosts; secrets
 * are not in these tables.
 */
const absent = 'Needs ClickHouse 20.5 or newer.';

/** The names in an Enum, or in an array of them, as newer servers have it. */
const enumNames = (column: string): string => `extractAll(toString(${column}), '[a-z0-9_]+')`;

export const accounts = defineReading({
  name: 'accounts',
  tier: 'slow',
  table: 'users',
  columns: {
    name: text('name'),
    storage: text('storage'),
    authTypes: texts('auth_type', enumNames('auth_type')),
    hostIps: texts('host_ip'),
    hostNames: texts('host_names'),
    hostRegexps: texts('host_names_regexp'),
    hostPatterns: texts('host_names_like'),
    definition: computed('text', {
      needs: [
        'auth_type',
        'host_ip',
        'host_names',
        'host_names_regexp',
        'host_names_like',
        'default_roles_all',
        'default_roles_list',
        'default_roles_except',
      ],
      sql: 'toString(cityHash64(toString((auth_type, arraySort(host_ip), arraySort(host_names), arraySort(host_names_regexp), arraySort(host_names_like), default_roles_all, arraySort(default_roles_list), arraySort(default_roles_except)))))',
    }),
  },
  orderBy: [{ needs: ['name'], sql: 'name' }],
  limit: 5_000,
  absent,
});

export const roles = defineReading({
  name: 'roles',
  tier: 'daily',
  table: 'roles',
  columns: { name: text('name') },
  orderBy: [{ needs: ['name'], sql: 'name' }],
  limit: 5_000,
  absent,
});

/** All rights of one user or role as a hash. */
export const grants = defineReading({
  name: 'grants',
  tier: 'daily',
  table: 'grants',
  columns: {
    user: text('user_name'),
    role: text('role_name'),
    rights: number('access_type', 'count()'),
    definition: computed('text', {
      needs: ['access_type', 'database', 'table', 'column', 'is_partial_revoke', 'grant_option'],
      sql: "toString(cityHash64(arrayStringConcat(arraySort(groupArray(toString((toString(access_type), ifNull(database, '*'), ifNull(table, '*'), ifNull(column, '*'), is_partial_revoke, grant_option)))), ',')))",
    }),
  },
  groupBy: ['user', 'role'],
  limit: 5_000,
  absent,
});

export const rowPolicies = defineReading({
  name: 'row_policies',
  tier: 'daily',
  table: 'row_policies',
  columns: {
    name: text('name'),
    definition: computed('text', {
      needs: [
        'select_filter',
        'is_restrictive',
        'apply_to_all',
        'apply_to_list',
        'apply_to_except',
      ],
      sql: "toString(cityHash64(toString((ifNull(select_filter, ''), is_restrictive, apply_to_all, arraySort(apply_to_list), arraySort(apply_to_except)))))",
    }),
  },
  limit: 5_000,
  absent,
});

export const quotas = defineReading({
  name: 'quotas',
  tier: 'daily',
  table: 'quotas',
  columns: {
    name: text('name'),
    definition: computed('text', {
      needs: ['keys', 'durations', 'apply_to_all', 'apply_to_list', 'apply_to_except'],
      sql: 'toString(cityHash64(toString((keys, durations, apply_to_all, arraySort(apply_to_list), arraySort(apply_to_except)))))',
    }),
  },
  limit: 5_000,
  absent,
});

/** The settings of each profile, user and role as a hash. */
export const profileElements = defineReading({
  name: 'profile_elements',
  tier: 'daily',
  table: 'settings_profile_elements',
  columns: {
    profile: text('profile_name'),
    user: text('user_name'),
    role: text('role_name'),
    definition: computed('text', {
      needs: ['index', 'setting_name', 'value', 'min', 'max', 'inherit_profile'],
      sql: "toString(cityHash64(arrayStringConcat(arraySort(groupArray(toString((index, ifNull(setting_name, ''), ifNull(value, ''), ifNull(min, ''), ifNull(max, ''), ifNull(inherit_profile, ''))))), ',')))",
    }),
  },
  groupBy: ['profile', 'user', 'role'],
  limit: 5_000,
  absent,
});

/** Failed logins of the last hour. */
export const loginFailures = defineReading({
  name: 'login_failures',
  tier: 'logs',
  table: 'session_log',
  columns: {
    minute: logMinute,
    user: text('user', "ifNull(user, '')"),
    address: text('client_address', 'toString(client_address)'),
    failures: number('event_time', 'count()'),
  },
  where: [{ needs: ['type'], sql: "toString(type) = 'LoginFailure'" }],
  groupBy: ['minute', 'user', 'address'],
  orderBy: [{ needs: ['event_time'], sql: 'count() DESC' }],
  limit: 500,
  log: { keepMinutes: 60 },
  absent: 'The server keeps no session_log: give it a <session_log> section.',
});
