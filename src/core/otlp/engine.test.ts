import { inspect } from 'node:util';
import { create, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExportLogsServiceRequestSchema } from '../../../test/proto/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.js';
import type { TableBlock } from '../../model/telemetry/block.ts';
import { type TelemetryTable, tablesOfSignal } from '../../model/telemetry/tables.ts';
import { decodeOtlp } from './index.ts';
import { arbitraryRequest } from './testing/arbitrary-request.ts';
import { Engine } from './testing/engine.ts';
import { expectedRows } from './testing/expected-rows.ts';
import { type Row, readNativeBlock } from './testing/native-reader.ts';
import { requestSchemas, signals } from './testing/schemas.ts';

const options = {
  encoding: 'protobuf',
  arrivalNs: 1_700_000_000_000_000_000n,
  severityInference: false,
  jsonBodyExpansion: false,
} as const;

const text = (value: string) => ({ value: { case: 'stringValue' as const, value } });

test('a log record reaches the table of the real engine', () => {
  const request = create(ExportLogsServiceRequestSchema, {
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: text('shop') }] },
        scopeLogs: [
          {
            scope: { name: 'lib', version: '1' },
            logRecords: [
              {
                timeUnixNano: 1_700_000_000_123_456_789n,
                body: text('héllo'),
                severityText: 'INFO',
                severityNumber: 9,
                traceId: new Uint8Array(16).fill(0xab),
                attributes: [{ key: 'a', value: text('b') }],
              },
              { body: text('second') },
            ],
          },
        ],
      },
    ],
  });
  const decoded = decodeOtlp('logs', toBinary(ExportLogsServiceRequestSchema, request), options);
  if (!decoded.ok) throw new Error(decoded.error.message);
  expect(decoded.value.accepted).toBe(2);
  const [block] = decoded.value.blocks;
  expect(readNativeBlock(block!.bytes).rows).toHaveLength(2);
  using engine = new Engine();
  engine.insert([block!]);
  expect(
    engine.rows(
      'SELECT toString(Timestamp) AS t, Body, ServiceName, LogAttributes, TraceId FROM castellan.otel_logs ORDER BY t DESC',
    ),
  ).toEqual([
    {
      t: '2023-11-14 22:13:20.123456789',
      Body: 'héllo',
      ServiceName: 'shop',
      LogAttributes: { a: 'b' },
      TraceId: 'ab'.repeat(16),
    },
    {
      t: '2023-11-14 22:13:20.000000000',
      Body: 'second',
      ServiceName: 'shop',
      LogAttributes: {},
      TraceId: '',
    },
  ]);
});

/** Rows as text, sorted: the engine reads a file in several threads and promises no order. */
const inOrder = (rows: readonly Row[]): string[] =>
  rows
    .map((row) =>
      inspect(row, { sorted: true, depth: 9, maxArrayLength: null, maxStringLength: null }),
    )
    .sort();

test.each(signals)('the engine reads any blocks of %s back as they were written', (signal) => {
  using engine = new Engine();
  const written: Partial<Record<TelemetryTable, { blocks: TableBlock[]; rows: Row[] }>> = {};
  const messages = fc.sample(arbitraryRequest(signal), { numRuns: 150, seed: 20_260_103 });
  for (const message of messages) {
    const bytes = toBinary(requestSchemas[signal], message);
    const decoded = decodeOtlp(signal, bytes, options);
    if (!decoded.ok) throw new Error(decoded.error.message);
    const { rows } = expectedRows(signal, message, options);
    for (const block of decoded.value.blocks) {
      written[block.table] ??= { blocks: [], rows: [] };
      written[block.table]?.blocks.push(block);
    }
    for (const table of tablesOfSignal[signal]) written[table]?.rows.push(...(rows[table] ?? []));
  }
  expect(Object.keys(written).sort()).toEqual([...tablesOfSignal[signal]].sort());
  for (const [table, { blocks, rows }] of Object.entries(written)) {
    expect(rows.length, table).toBeGreaterThan(20);
    engine.insert(blocks);
    expect(inOrder(engine.readBack(table as TelemetryTable)), table).toEqual(inOrder(rows));
  }
});
