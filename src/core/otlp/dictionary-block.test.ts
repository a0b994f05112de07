import { create, toBinary } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { ExportLogsServiceRequestSchema } from '../../../test/proto/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.js';
import { ExportTraceServiceRequestSchema } from '../../../test/proto/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.js';
import type { TableBlock } from '../../model/telemetry/block.ts';
import { decodeOtlp } from './index.ts';
import { testOptions } from './testing/disagreement.ts';
import { Engine } from './testing/engine.ts';
import { type Row, readNativeBlock } from './testing/native-reader.ts';

const text = (value: string) => ({ value: { case: 'stringValue' as const, value } });
const pair = (key: string, value = `v ${key}`) => ({ key, value: text(value) });
const time = testOptions.arrivalNs;
type Pairs = readonly (readonly [string, string])[];

interface LogShape {
  readonly timeUnixNano?: bigint;
  readonly attributes: ReturnType<typeof pair>[];
}

function logBlocks(logRecords: LogShape[], resource: readonly string[] = []) {
  const message = create(ExportLogsServiceRequestSchema, {
    resourceLogs: [
      {
        resource: { attributes: resource.map((key) => pair(key)) },
        scopeLogs: [{ logRecords: logRecords.map((each) => ({ timeUnixNano: time, ...each })) }],
      },
    ],
  });
  const bytes = toBinary(ExportLogsServiceRequestSchema, message);
  const decoded = decodeOtlp('logs', bytes, testOptions);
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value.blocks;
}

/** Records with `keys` different attribute names, 50 each at most. */
const recordsWith = (keys: number): LogShape[] =>
  Array.from({ length: Math.max(1, Math.ceil(keys / 50)) }, (_, n) => ({
    attributes: Array.from({ length: Math.min(50, keys - n * 50) }, (_, i) =>
      pair(`key ${n * 50 + i}`, String(i)),
    ),
  }));

const inOrder = (rows: readonly Row[]) =>
  rows.map((row) => JSON.stringify(row, (_, v) => (typeof v === 'bigint' ? `${v}` : v))).sort();

/** What the engine reads is what a plain reader of the format reads. */
function checkOnEngine(blocks: readonly TableBlock[]): void {
  using engine = new Engine();
  engine.insert(blocks);
  const rows = blocks.flatMap(({ bytes }) => readNativeBlock(bytes).rows);
  expect(inOrder(engine.readBack(blocks[0]!.table))).toEqual(inOrder(rows));
}

test('dictionaries of one, two and four bytes an index reach the engine', () => {
  const all: TableBlock[] = [];
  const check = (keys: number) => {
    const records = recordsWith(keys);
    const blocks = logBlocks(records);
    const maps = blocks.flatMap(({ bytes }) =>
      readNativeBlock(bytes).rows.map((row) => row.LogAttributes as Pairs),
    );
    expect(maps).toEqual(
      records.map(({ attributes }) => attributes.map(({ key, value }) => [key, value.value.value])),
    );
    all.push(...blocks);
  };
  check(0);
  check(1);
  check(255);
  check(256);
  check(257);
  check(65_535);
  check(65_536);
  check(65_537);
  checkOnEngine(all);
});

test('maps without entries, all of them and some, next to maps of other blocks', () => {
  const none = { attributes: [] };
  const one = { attributes: [pair('a')] };
  const blocks = [
    ...logBlocks([none]),
    ...logBlocks([none, none, none], ['b', 'c']),
    ...logBlocks([one, none, one], ['c', 'b', 'service.name']),
    ...logBlocks([none, one]),
  ];
  expect(
    blocks.flatMap(({ bytes }) =>
      readNativeBlock(bytes).rows.map((row) => [
        (row.ResourceAttributes as Pairs).length,
        (row.LogAttributes as Pairs).length,
        row.ServiceName,
      ]),
    ),
  ).toEqual([
    [0, 0, ''],
    [2, 0, ''],
    [2, 0, ''],
    [2, 0, ''],
    [3, 1, 'v service.name'],
    [3, 0, 'v service.name'],
    [3, 1, 'v service.name'],
    [0, 0, ''],
    [0, 1, ''],
  ]);
  checkOnEngine(blocks);
});

const holds = (bytes: Uint8Array, what: string) => Buffer.from(bytes).includes(what);

test('a record that is refused leaves nothing in the block', () => {
  const beyond = 2n ** 63n;
  const blocks = logBlocks([
    { attributes: [pair('kept'), pair('later')] },
    { timeUnixNano: beyond, attributes: [pair('kept'), pair('lost'), pair('lost too')] },
    { attributes: [pair('later'), pair('new'), pair('kept')] },
    { attributes: [pair('rr-web.event'), pair('replay')] },
    { attributes: [pair('lost')] },
  ]);
  const [logs, sessions] = blocks;
  expect(blocks.map(({ table, rows }) => [table, rows])).toEqual([
    ['otel_logs', 3],
    ['hyperdx_sessions', 1],
  ]);
  const keys = ({ bytes }: TableBlock) =>
    readNativeBlock(bytes).rows.map((row) =>
      (row.LogAttributes as Pairs).map(([key, value]) => `${key}=${value}`).join(),
    );
  expect(keys(logs!)).toEqual([
    'kept=v kept,later=v later',
    'later=v later,new=v new,kept=v kept',
    'lost=v lost',
  ]);
  expect(keys(sessions!)).toEqual(['rr-web.event=v rr-web.event,replay=v replay']);
  expect(holds(logs!.bytes, 'lost too')).toBe(false);
  expect(holds(logs!.bytes, 'replay')).toBe(false);
  checkOnEngine([logs!]);
  checkOnEngine([sessions!]);
});

test('a span that is refused takes its events and links with it', () => {
  const span = (name: string, startTimeUnixNano: bigint) => ({
    name,
    startTimeUnixNano,
    attributes: [pair(`${name} attribute`)],
    events: [
      { name: `${name} event`, attributes: [pair('shared'), pair(`${name} in event`)] },
      { name: 'event', attributes: [] },
    ],
    links: [{ attributes: [pair(`${name} in link`)] }],
  });
  const spans = [span('first', time), span('refused', 2n ** 63n), span('last', time)];
  const message = create(ExportTraceServiceRequestSchema, {
    resourceSpans: [{ scopeSpans: [{ spans }] }],
  });
  const bytes = toBinary(ExportTraceServiceRequestSchema, message);
  const decoded = decodeOtlp('traces', bytes, testOptions);
  if (!decoded.ok) throw new Error(decoded.error.message);
  const [block] = decoded.value.blocks;
  const expected = ['first', 'last'].map((name) => ({
    SpanName: name,
    SpanAttributes: [[`${name} attribute`, `v ${name} attribute`]],
    'Events.Name': [`${name} event`, 'event'],
    'Events.Attributes': [
      [
        ['shared', 'v shared'],
        [`${name} in event`, `v ${name} in event`],
      ],
      [],
    ],
    'Links.Attributes': [[[`${name} in link`, `v ${name} in link`]]],
  }));
  expect(readNativeBlock(block!.bytes).rows).toMatchObject(expected);
  expect(holds(block!.bytes, 'refused')).toBe(false);
  checkOnEngine([block!]);
});

test('few bytes that stand for many are counted as many', () => {
  const records = Array.from({ length: 2_000 }, () => ({ attributes: [] }));
  const [block] = logBlocks(records, ['r'.repeat(1_000)]);
  expect(block!.bytes.length).toBeLessThan(400_000);
  expect(block!.unfoldedBytes).toBeGreaterThan(2_000 * 2_000);
});
