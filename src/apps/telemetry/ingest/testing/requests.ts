import { create, toBinary, toJson } from '@bufbuild/protobuf';
import {
  type ExportLogsServiceRequest,
  ExportLogsServiceRequestSchema,
} from '../../../../../test/proto/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.js';

/** A request of `count` log records that differ in their bodies; times are now. */
function logsMessage(count: number, text = 'record'): ExportLogsServiceRequest {
  const timeUnixNano = BigInt(Date.now()) * 1_000_000n;
  const string = (value: string) => ({ value: { case: 'stringValue' as const, value } });
  return create(ExportLogsServiceRequestSchema, {
    resourceLogs: [
      {
        resource: {
          attributes: [{ key: 'service.name', value: string('shop') }],
        },
        scopeLogs: [
          {
            scope: { name: 'test' },
            logRecords: Array.from({ length: count }, (_, index) => ({
              timeUnixNano,
              severityText: 'INFO',
              body: string(`${text} ${index}`),
            })),
          },
        ],
      },
    ],
  });
}

/** The same in protobuf. */
export const logsProtobuf = (count: number, text?: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(toBinary(ExportLogsServiceRequestSchema, logsMessage(count, text)));

/** The same in OTLP/JSON. */
export const logsJson = (count: number, text?: string): string =>
  JSON.stringify(toJson(ExportLogsServiceRequestSchema, logsMessage(count, text)));
