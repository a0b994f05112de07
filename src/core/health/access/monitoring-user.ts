import { sqlName, sqlString } from '../../../base/sql-text.ts';

/** What is run on a cluster so that it can be watched. */
export interface MonitoringUser {
  /** For servers with SQL-driven access control (ClickHouse 20.5 and newer). */
  readonly sql: string;
  /** A file for `users.d`, for servers without it. */
  readonly usersXml: string;
}

export interface MonitoringUserOptions {
  readonly username: string;
  /** Default: a text that has to be replaced. */
  readonly password?: string;
  /** Name in `system.clusters`: creates the user on all of its servers. */
  readonly cluster?: string;
}

const monitoringProfile = 'castellan_monitor';
const passwordToReplace = 'CHOOSE_A_PASSWORD';

/**
 * Guard rails of the profile: the server itself ends whatever of ours would cost too much. They
 * stand in a profile because `readonly = 1` lets nobody change settings in a statement.
 */
const limits = {
  readonly: 1,
  max_threads: 2,
  max_execution_time: 30,
  max_memory_usage: 2_000_000_000,
  max_concurrent_queries_for_user: 16,
} as const;

/** Rights that a monitoring user needs, each with what is lost without it. */
export const monitoringRights = [
  { right: 'SELECT ON system.*', why: 'reads what the server says of itself' },
  {
    right: 'SHOW DATABASES, SHOW TABLES, SHOW COLUMNS, SHOW DICTIONARIES ON *.*',
    why: 'without it ClickHouse hides the tables of users, with their parts, replicas and mutations, and the cluster looks well whatever happens',
  },
  {
    right: 'SHOW USERS, SHOW ROLES, SHOW ROW POLICIES, SHOW QUOTAS, SHOW SETTINGS PROFILES ON *.*',
    why: 'the checks of security and of drift between replicas',
  },
] as const;

/** The statement that gives one of `monitoringRights`, or another right. */
export const grantRight = (right: string, username: string, cluster?: string): string =>
  `GRANT${onCluster(cluster)} ${right} TO ${sqlName(username)}`;

const onCluster = (cluster: string | undefined): string =>
  cluster === undefined || cluster === '' ? '' : ` ON CLUSTER ${sqlName(cluster)}`;

/** Statements and file that make a user who sees everything that is checked, and changes nothing. */
export function renderMonitoringUser(options: MonitoringUserOptions): MonitoringUser {
  return { sql: renderSql(options), usersXml: renderUsersXml(options) };
}

function renderSql({ username, password, cluster }: MonitoringUserOptions): string {
  const where = onCluster(cluster);
  const user = sqlName(username);
  const settings = Object.entries({ ...limits, cancel_http_readonly_queries_on_client_close: 1 })
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ');
  return [
    `CREATE SETTINGS PROFILE IF NOT EXISTS ${sqlName(monitoringProfile)}${where} SETTINGS ${settings};`,
    `CREATE USER IF NOT EXISTS ${user}${where} IDENTIFIED WITH sha256_password BY ${sqlString(password ?? passwordToReplace)} HOST ANY SETTINGS PROFILE ${sqlString(monitoringProfile)};`,
    ...monitoringRights.map(
      ({ right, why }) => `-- ${why}\n${grantRight(right, username, cluster)};`,
    ),
  ].join('\n');
}

/** Names of users are names of XML elements in `users.xml`. */
const elementName = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

function renderUsersXml({ username, password }: MonitoringUserOptions): string {
  if (!elementName.test(username))
    return '<!-- users.xml cannot hold a user of this name: choose one of letters, digits, "_", "." and "-" that begins with a letter -->';
  const settings = Object.entries(limits)
    .map(([name, value]) => `      <${name}>${value}</${name}>`)
    .join('\n');
  return `<yandex>
  <profiles>
    <${monitoringProfile}>
${settings}
    </${monitoringProfile}>
  </profiles>
  <users>
    <${username}>
      <password>${escapeXml(password ?? passwordToReplace)}</password>
      <networks><ip>::/0</ip></networks>
      <profile>${monitoringProfile}</profile>
      <quota>default</quota>
    </${username}>
  </users>
</yandex>
`;
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
