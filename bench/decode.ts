import type { DescMessage } from '@bufbuild/protobuf';
import { fromBinary } from '@bufbuild/protobuf';
import { decodeOtlp } from '../src/core/otlp/index.ts';
import type { Signal } from '../src/model/telemetry/tables.ts';
import { encodeLogs, encodeSpans } from '../test/load/otlp-load.ts';
import { ExportLogsServiceRequestSchema } from '../test/proto/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.js';
import { ExportTraceServiceRequestSchema } from '../test/proto/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.js';
import { median } from './median.ts';

/**
 * The decoder alone, on one core: 1,000 records a request, of about 280 bytes, with 8 resource and
 * 6 own attributes, from 20 services; beside it protobuf-es, which only makes objects of the same
 * bytes. `node bench/decode.ts [rounds]`
 */
const rounds = Number(process.argv[2] ?? 5);
const secondsPerRound = 1;
const recordsPerRequest = 1_000;
const shape = { rows: recordsPerRequest, seed: 1, timeMs: 1_760_000_000_000 };

const options = {
  encoding: 'protobuf',
  arrivalNs: 1_760_000_000_000_000_000n,
  severityInference: false,
  jsonBodyExpansion: false,
} as const;

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Rows per core-second of one round: CPU time, so that a busy machine does not blur it. */
function rate(work: () => void): number {
  const start = cpuSeconds();
  let rows = 0;
  while (cpuSeconds() - start < secondsPerRound) {
    for (let i = 0; i < 5; i++) work();
    rows += 5 * recordsPerRequest;
  }
  return rows / (cpuSeconds() - start);
}

function compare(signal: Signal, bytes: Uint8Array, schema: DescMessage): void {
  const fused = () => {
    const decoded = decodeOtlp(signal, bytes, options);
    if (!decoded.ok) throw new Error(decoded.error.message);
  };
  const objects = () => {
    fromBinary(schema, bytes);
  };
  rate(fused);
  rate(objects);
  const results = Array.from({ length: rounds }, () => ({
    fused: rate(fused),
    objects: rate(objects),
  }));
  const ours = median(results.map((result) => result.fused));
  const theirs = median(results.map((result) => result.objects));
  const format = (value: number) => Math.round(value).toLocaleString('en-GB').padStart(10);
  console.log(`${signal}: ${(bytes.length / recordsPerRequest).toFixed(0)} bytes a record`);
  console.log(`  protobuf to Native blocks ${format(ours)} rows per core-second`);
  console.log(`  protobuf-es, objects only ${format(theirs)} rows per core-second`);
  console.log(`  ratio                     ${(ours / theirs).toFixed(1).padStart(10)}`);
}

compare('logs', encodeLogs(shape), ExportLogsServiceRequestSchema);
if (process.argv[3] !== 'logs')
  compare('traces', encodeSpans(shape), ExportTraceServiceRequestSchema);
