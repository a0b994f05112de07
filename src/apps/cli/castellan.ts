import { runCastellan } from './start.ts';

process.exitCode = await runCastellan(process.argv.slice(2));
