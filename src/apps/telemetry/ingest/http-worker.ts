import { startHttpReceiver } from './http-receiver.ts';
import { runReceiver } from './run-receiver.ts';

/** Entry of the thread `otlp-http`. */
await runReceiver(startHttpReceiver);
