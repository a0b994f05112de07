/** A row of the sample table; what is left out has the column's default. */
export interface SampleRow {
  readonly id: number;
  readonly Body: string;
  readonly Other: string;
  readonly ServiceName: string;
  readonly SeverityNumber: number;
  readonly Duration: string;
  readonly Timestamp: string;
  readonly TraceId: string;
  readonly LogAttributes: Readonly<Record<string, string>>;
  readonly ResourceAttributes: Readonly<Record<string, string>>;
  readonly Num: Readonly<Record<string, number>>;
  readonly J: object;
  readonly IsError: boolean;
  readonly 'Events.Name': readonly string[];
  readonly 'Events.Attributes': readonly Readonly<Record<string, string>>[];
}

const defaults: Omit<SampleRow, 'id'> = {
  Body: '',
  Other: '',
  ServiceName: 'svc',
  SeverityNumber: 9,
  Duration: '1000000',
  Timestamp: '2024-01-15 12:00:00.000000000',
  TraceId: '',
  LogAttributes: {},
  ResourceAttributes: {},
  Num: {},
  J: {},
  IsError: false,
  'Events.Name': [],
  'Events.Attributes': [],
};

const bodies = [
  '', 'foo', 'FOO', 'food', 'seafood platter', 'a foo b', 'fo_o', 'fo*o', 'fo-x-o', 'bar', 'baz',
  'foo bar', 'bar foo', 'foo baz bar', 'foo bar baz', 'foo baz', 'xfoo bar foo', 'foo, bar xfoo bar',
  'FOO BAR BAZ', 'foo, bar, baz', 'foo-bar',
  'foo bar-foo', 'xfoo-bar', 'foo_bar', 'user_service', 'user service', 'userXservice', '100%',
  '100', '100x%', "it's", 'its', 'it s', 'a.b', 'a/b', '/a/', 'a b', 'ab', '10.0.0.1', '10.0.1.0',
  '0 1 10', '日本語', '日本', '日本語 x', 'http://a.com', 'https://a.com', 'http://a.com http://b.com',
  'http://b.com', 'localhost:3000', 'localhost 3000', 'a:b', 'path\\to', 'path/to', 'pathto',
  'say "hi"', 'say hi', 'red', 'blue', 'red blue', 'green', 'A', 'B', 'c', 'a c', 'b c', 'd', 'a b d',
  'abc', 'def', 'abc def', 'def abc', 'and', 'AND', 'foo and bar', 'a-b', 'a-bc', 'xa-b', 'éclair',
  'ÉCLAIR', 'eclair', 'Straße', 'foo*', 'foo**', 'failed to fetch', 'fetch to failed',
  '{"a":{"b":"foo"}}', '{"a":{"b":"bar"}}', '{"a":{"b":42}}', '{"a":1}', '{"a":2}', '[error] boom',
  'error boom', '10.0.0.1:80', '2024-01-01T00:00:00Z', 'std::vector', 'fe80::1', 'key:val:val',
  'C:\\Users', 'line one\nline two', 'tab\there', 'nul\0byte', 'x foo\nbar', 'İstanbul', 'or', 'OR',
  'NOT', 'not', '-5', '--verbose', 'http://x/y?z=1:2', 'error: timeout', 'main()', 'ΟΔΟΣ',
]; // biome-ignore format: a table

const services = [
  'foo', 'FOO', 'foo-api', 'api-foo', 'my-foo-api', 'foo bar baz', 'xfoo bar bazx', 'abc', 'def',
  'abc-def', 'a', 'b', 'ab', 'x y', 'z', '', 'user_service', 'userXservice', '100%', '100', 'a:b',
  '-5', '5', 'a?b', 'axb', 'a*', 'axx', "it's", 'foo-bar', 'ÉCLAIR', 'temporal', 'bar', 'fXo',
]; // biome-ignore format: a table

type Values = Partial<Omit<SampleRow, 'id'>>;

const others: readonly Values[] = [
  ...[0, 5, 9, 10, 11, 17, 255].map((SeverityNumber) => ({ SeverityNumber })),
  ...[
    '0', '1', '2', '4', '5', '6', '99', '100', '101', '250', '499', '500', '501',
    '9007199254740992', '9007199254740993', '18446744073709551615',
  ].map((Duration) => ({ Duration })),
  ...[
    '2023-12-31 23:59:59.999999999', '2024-01-01 00:00:00.000000000', '2024-01-31 23:59:59.000000000',
    '2024-02-01 00:00:00.000000000', '2024-02-01 00:00:00.000000001', '2024-01-01 10:30:00.000000000',
  ].map((Timestamp) => ({ Timestamp })),
  { IsError: true },
  ...['foo', 'FOO', 'xfoox', 'bar', '', '5', '10', '9', '1e1', 'n/a', 'a=foo'].flatMap((value) => [
    { LogAttributes: { 'a.b': value } },
    { LogAttributes: { n: value, other: 'x' } },
    { LogAttributes: { a: value } },
  ]),
  { LogAttributes: { 'a.b=a': 'foo' } },
  { LogAttributes: { 'error.message': 'Failed to fetch: timeout' } },
  { LogAttributes: { 'error.message': 'failed fetch' } },
  { LogAttributes: { "it's": "o'clock \\ \"x\"" } },
  { ResourceAttributes: { 'k8s.pod.name': 'p' } },
  { ResourceAttributes: { 'k8s.pod.name': 'P' } },
  { ResourceAttributes: { 'k8s.pod.name': 'pod-7' } },
  { ResourceAttributes: { 'k8s.pod.name': '' } },
  ...[0, 249, 250, 251].map((count) => ({ Num: { count } })),
  { J: { a: { b: 'foo' } } }, { J: { a: { b: 'FOO bar' } } }, { J: { a: { b: 12 } } },
  { J: { a: { b: 9.5 } } }, { J: { a: { b: '12' } } }, { J: { a: 7 } }, { J: { a: { b: '' } } },
  { 'Events.Name': ['foo'], 'Events.Attributes': [{ k: 'foo' }] },
  { 'Events.Name': ['bar', 'xFOOx'], 'Events.Attributes': [{}, { k: 'xFOO' }] },
  { 'Events.Name': ['bar'], 'Events.Attributes': [{ other: 'foo' }] },
  { 'Events.Name': ['9', '10'], 'Events.Attributes': [{ k: '' }, {}] },
  { Other: 'foo' }, { Other: 'bar foo-bar' }, { Body: 'foo', Other: 'bar' },
  { TraceId: 'abcdef' }, { TraceId: '4bf92f3577b34da6a3ce929d0e0e4736' }, { TraceId: 'ABCDEF' },
  { Body: Array.from({ length: 60 }, (_, index) => `t${index}`).join('-') },
  { Body: Array.from({ length: 60 }, (_, index) => `t${index}`).join(' ') },
  { Body: Array.from({ length: 59 }, (_, index) => `t${index}`).join('-') },
]; // biome-ignore format: a table

/** Rows that tell a right answer from a near miss, for every query of the conformance table. */
export const sampleRows: readonly SampleRow[] = [
  ...bodies.map((Body): Values => ({ Body })),
  ...services.map((ServiceName): Values => ({ ServiceName })),
  ...others,
].map((values, index) => ({ ...defaults, ...values, id: index + 1 }));
