import type { DescMessage } from '@bufbuild/protobuf';
import { ExportLogsServiceRequestSchema } from '../../../../test/proto/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.js';
import { ExportMetricsServiceRequestSchema } from '../../../../test/proto/gen/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.js';
import { ExportTraceServiceRequestSchema } from '../../../../test/proto/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.js';
import type { Signal } from '../../../model/telemetry/tables.ts';

/** The request of each signal, as protobuf-es knows it. */
export const requestSchemas: Readonly<Record<Signal, DescMessage>> = {
  logs: ExportLogsServiceRequestSchema,
  traces: ExportTraceServiceRequestSchema,
  metrics: ExportMetricsServiceRequestSchema,
};

export const signals = ['logs', 'traces', 'metrics'] as const;
