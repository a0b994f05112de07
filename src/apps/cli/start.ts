import { readFileSync } from 'node:fs';
import { readConfigFile } from '../../adapters/config/read-config-file.ts';
import { resolveCastellanConfig } from '../../model/config/castellan-config.ts';
import { renderProblem } from '../../model/config/config-problem.ts';
import { startLog } from '../server/observe/pino-log.ts';
import { startServer } from '../server/start.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as { version: string };

/** Runs one command; returns the exit code. */
export async function runCastellan(args: readonly string[]): Promise<number> {
  const flags: { name: string; value: string }[] = [];
  let file: string | undefined;
  for (let i = 1; i < args.length; i += 2)
    if (args[i] === '--config') file = args[i + 1];
    else flags.push({ name: args[i]!, value: args[i + 1] ?? '' });
  const config = resolveCastellanConfig({
    flags,
    env: process.env,
    ...(file ? { file: readConfigFile(file) } : {}),
  });
  if (!config.ok) {
    for (const problem of config.error) console.error(renderProblem(problem));
    return 2;
  }
  const { values } = config.value;
  const log = startLog({ level: values.logLevel, format: values.logFormat });
  const server = await startServer(values, { version, log });
  await new Promise<void>((done) => {
    process.once('SIGTERM', done);
    process.once('SIGINT', done);
  });
  await server.stop();
  return 0;
}
