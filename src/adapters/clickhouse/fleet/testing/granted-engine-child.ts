import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { EngineError } from '../../embedded/engine-error.ts';
import { loadEngine, openConnection } from '../../embedded/engine-library.ts';

/** The engine in a process of its own, whose user has the rights of the arguments and no others. */
const [, , folder = '', ...grants] = process.argv;
const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const queries = grants.map((grant) => `<query>${escapeXml(grant)}</query>`).join('');
writeFileSync(
  join(folder, 'users.xml'),
  `<clickhouse><profiles><default/></profiles><quotas><default/></quotas><users><default>
    <password></password><networks><ip>::/0</ip></networks><profile>default</profile>
    <quota>default</quota><grants>${queries}</grants></default></users></clickhouse>`,
);
writeFileSync(
  join(folder, 'config.xml'),
  `<clickhouse><users_config>${join(folder, 'users.xml')}</users_config></clickhouse>`,
);
loadEngine();
const connection = await openConnection(join(folder, 'store'), [
  `--config-file=${join(folder, 'config.xml')}`,
]);
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await connection.query(JSON.parse(line) as string, 'JSONCompact').then(
    ({ bytes }) => ({ text: bytes.toString('utf8') }),
    (error: EngineError) => ({ code: error.code, message: error.message }),
  );
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
