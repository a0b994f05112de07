import { runCastellan } from './start.ts';

process.exit(await runCastellan(process.argv.slice(2)));
