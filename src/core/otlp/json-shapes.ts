/** How a field's value is written in OTLP/JSON and on the wire. */
export type ScalarKind =
  | 'string'
  | 'bytes'
  | 'id'
  | 'bool'
  | 'double'
  | 'int64'
  | 'uint64'
  | 'fixed64'
  | 'sfixed64'
  | 'uint32'
  | 'fixed32'
  | 'sint32';

export interface JsonField {
  readonly number: number;
  readonly repeated: boolean;
  readonly scalar?: ScalarKind;
  /** The names of an enum's values, in the order of their numbers. */
  readonly names?: readonly string[];
  readonly message?: () => Shape;
}

/** The fields of a message by name, in lowerCamelCase and in snake_case. */
export type Shape = ReadonlyMap<string, JsonField>;

type Entry = readonly [
  number: number,
  type: ScalarKind | readonly string[] | (() => Shape),
  repeated?: 'repeated',
];

function shape(fields: Readonly<Record<string, Entry>>): Shape {
  const result = new Map<string, JsonField>();
  for (const [name, [number, type, repeated]] of Object.entries(fields)) {
    const field: JsonField = {
      number,
      repeated: repeated !== undefined,
      ...(typeof type === 'string'
        ? { scalar: type }
        : typeof type === 'function'
          ? { message: type }
          : { names: type }),
    };
    result.set(name, field);
    result.set(
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      field,
    );
  }
  return result;
}

const anyValue = shape({
  stringValue: [1, 'string'],
  boolValue: [2, 'bool'],
  intValue: [3, 'int64'],
  doubleValue: [4, 'double'],
  arrayValue: [5, () => arrayValue],
  kvlistValue: [6, () => keyValueList],
  bytesValue: [7, 'bytes'],
});
const arrayValue = shape({ values: [1, () => anyValue, 'repeated'] });
const keyValue = shape({ key: [1, 'string'], value: [2, () => anyValue] });
const keyValueList = shape({ values: [1, () => keyValue, 'repeated'] });

/** An AnyValue may be null inside a list: an empty value. */
export const isAnyValue = (candidate: Shape): boolean => candidate === anyValue;

const resource = shape({
  attributes: [1, () => keyValue, 'repeated'],
  droppedAttributesCount: [2, 'uint32'],
});
const scope = shape({
  name: [1, 'string'],
  version: [2, 'string'],
  attributes: [3, () => keyValue, 'repeated'],
  droppedAttributesCount: [4, 'uint32'],
});

/** The outer shape that the three signals share. */
const request = (
  resources: string,
  scopes: string,
  records: string,
  record: () => Shape,
): Shape => {
  const inner = shape({
    scope: [1, () => scope],
    [records]: [2, record, 'repeated'],
    schemaUrl: [3, 'string'],
  });
  const outer = shape({
    resource: [1, () => resource],
    [scopes]: [2, () => inner, 'repeated'],
    schemaUrl: [3, 'string'],
  });
  return shape({ [resources]: [1, () => outer, 'repeated'] });
};

const severities = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const severityNames = [
  'SEVERITY_NUMBER_UNSPECIFIED',
  ...severities.flatMap((name) =>
    ['', '2', '3', '4'].map((step) => `SEVERITY_NUMBER_${name}${step}`),
  ),
];

const logRecord = shape({
  timeUnixNano: [1, 'fixed64'],
  observedTimeUnixNano: [11, 'fixed64'],
  severityNumber: [2, severityNames],
  severityText: [3, 'string'],
  body: [5, () => anyValue],
  attributes: [6, () => keyValue, 'repeated'],
  droppedAttributesCount: [7, 'uint32'],
  flags: [8, 'fixed32'],
  traceId: [9, 'id'],
  spanId: [10, 'id'],
  eventName: [12, 'string'],
});

const spanKinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const spanEvent = shape({
  timeUnixNano: [1, 'fixed64'],
  name: [2, 'string'],
  attributes: [3, () => keyValue, 'repeated'],
  droppedAttributesCount: [4, 'uint32'],
});
const spanLink = shape({
  traceId: [1, 'id'],
  spanId: [2, 'id'],
  traceState: [3, 'string'],
  attributes: [4, () => keyValue, 'repeated'],
  droppedAttributesCount: [5, 'uint32'],
  flags: [6, 'fixed32'],
});
const spanStatus = shape({
  message: [2, 'string'],
  code: [3, ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR']],
});
const span = shape({
  traceId: [1, 'id'],
  spanId: [2, 'id'],
  traceState: [3, 'string'],
  parentSpanId: [4, 'id'],
  flags: [16, 'fixed32'],
  name: [5, 'string'],
  kind: [6, spanKinds.map((kind) => `SPAN_KIND_${kind}`)],
  startTimeUnixNano: [7, 'fixed64'],
  endTimeUnixNano: [8, 'fixed64'],
  attributes: [9, () => keyValue, 'repeated'],
  droppedAttributesCount: [10, 'uint32'],
  events: [11, () => spanEvent, 'repeated'],
  droppedEventsCount: [12, 'uint32'],
  links: [13, () => spanLink, 'repeated'],
  droppedLinksCount: [14, 'uint32'],
  status: [15, () => spanStatus],
});

const temporalities = ['UNSPECIFIED', 'DELTA', 'CUMULATIVE'].map(
  (name) => `AGGREGATION_TEMPORALITY_${name}`,
);
const exemplar = shape({
  filteredAttributes: [7, () => keyValue, 'repeated'],
  timeUnixNano: [2, 'fixed64'],
  asDouble: [3, 'double'],
  asInt: [6, 'sfixed64'],
  spanId: [4, 'id'],
  traceId: [5, 'id'],
});
const numberPoint = shape({
  attributes: [7, () => keyValue, 'repeated'],
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  asDouble: [4, 'double'],
  asInt: [6, 'sfixed64'],
  exemplars: [5, () => exemplar, 'repeated'],
  flags: [8, 'uint32'],
});
const histogramPoint = shape({
  attributes: [9, () => keyValue, 'repeated'],
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  bucketCounts: [6, 'fixed64', 'repeated'],
  explicitBounds: [7, 'double', 'repeated'],
  exemplars: [8, () => exemplar, 'repeated'],
  flags: [10, 'uint32'],
  min: [11, 'double'],
  max: [12, 'double'],
});
const buckets = shape({ offset: [1, 'sint32'], bucketCounts: [2, 'uint64', 'repeated'] });
const exponentialPoint = shape({
  attributes: [1, () => keyValue, 'repeated'],
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  scale: [6, 'sint32'],
  zeroCount: [7, 'fixed64'],
  positive: [8, () => buckets],
  negative: [9, () => buckets],
  flags: [10, 'uint32'],
  exemplars: [11, () => exemplar, 'repeated'],
  min: [12, 'double'],
  max: [13, 'double'],
  zeroThreshold: [14, 'double'],
});
const quantile = shape({ quantile: [1, 'double'], value: [2, 'double'] });
const summaryPoint = shape({
  attributes: [7, () => keyValue, 'repeated'],
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  quantileValues: [6, () => quantile, 'repeated'],
  flags: [8, 'uint32'],
});
const points = (point: () => Shape): Entry => [1, point, 'repeated'];
const temporality: Entry = [2, temporalities];
const gauge = shape({ dataPoints: points(() => numberPoint) });
const sum = shape({
  dataPoints: points(() => numberPoint),
  aggregationTemporality: temporality,
  isMonotonic: [3, 'bool'],
});
const histogram = shape({
  dataPoints: points(() => histogramPoint),
  aggregationTemporality: temporality,
});
const exponentialHistogram = shape({
  dataPoints: points(() => exponentialPoint),
  aggregationTemporality: temporality,
});
const summary = shape({ dataPoints: points(() => summaryPoint) });
const metric = shape({
  name: [1, 'string'],
  description: [2, 'string'],
  unit: [3, 'string'],
  metadata: [12, () => keyValue, 'repeated'],
  gauge: [5, () => gauge],
  sum: [7, () => sum],
  histogram: [9, () => histogram],
  exponentialHistogram: [10, () => exponentialHistogram],
  summary: [11, () => summary],
});

/** The request of each signal. */
export const requestShapes = {
  logs: request('resourceLogs', 'scopeLogs', 'logRecords', () => logRecord),
  traces: request('resourceSpans', 'scopeSpans', 'spans', () => span),
  metrics: request('resourceMetrics', 'scopeMetrics', 'metrics', () => metric),
} as const;
