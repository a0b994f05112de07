import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Every thread and child of `up` compiles TypeScript anew, which costs a second and 70 MB. With a
// cache that is done once; where its folder cannot be written, Node goes on without.
const cache = fileURLToPath(new URL('../../../node_modules/.cache/castellan', import.meta.url));
enableCompileCache(cache);
process.env.NODE_COMPILE_CACHE ??= cache;

const { runCastellan } = await import('./start.ts');
process.exit(await runCastellan(process.argv.slice(2)));
