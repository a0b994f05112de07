import { startEngine } from '../embedded/engine.ts';

/** A parent of its own for an engine, for tests that kill it: prints the child's pid and waits. */
const [, , dataDir = ''] = process.argv;
const quiet = (): void => {};
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const engine = await startEngine({ dataDir, database: 'castellan', logger });
const status = engine.status();
process.stdout.write(`${JSON.stringify({ status, connection: engine.connection })}\n`);
setInterval(() => {}, 1_000);
