import { startGrpcReceiver } from './grpc-receiver.ts';
import { runReceiver } from './run-receiver.ts';

/** Entry of the thread `otlp-grpc`. */
await runReceiver(startGrpcReceiver);
