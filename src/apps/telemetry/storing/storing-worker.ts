import { connectStore } from '../../../adapters/clickhouse/index.ts';
import { runStoring } from './run-storing.ts';

await runStoring(connectStore);
