import type { ExportMetricsServiceRequest } from '../../../../test/proto/gen/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.js';
import type {
  Exemplar,
  ExponentialHistogramDataPoint,
  HistogramDataPoint,
  Metric,
  NumberDataPoint,
  SummaryDataPoint,
} from '../../../../test/proto/gen/opentelemetry/proto/metrics/v1/metrics_pb.js';
import type { TelemetryTable } from '../../../model/telemetry/tables.ts';
import { type AddRow, sharedColumns } from './expected-rows.ts';
import { expectedId, expectedMap } from './expected-text.ts';
import type { Row } from './native-reader.ts';

type Point =
  | NumberDataPoint
  | HistogramDataPoint
  | ExponentialHistogramDataPoint
  | SummaryDataPoint;

export function expectedMetricRows(request: ExportMetricsServiceRequest, add: AddRow): void {
  for (const { resource, schemaUrl, scopeMetrics } of request.resourceMetrics)
    for (const metrics of scopeMetrics) {
      const shared = sharedColumns(resource, schemaUrl, metrics.scope, metrics.schemaUrl);
      for (const metric of metrics.metrics) addMetric(metric, shared, add);
    }
}

function addMetric(metric: Metric, shared: Row, add: AddRow): void {
  const base: Row = {
    ...shared,
    MetricName: metric.name,
    MetricDescription: metric.description,
    MetricUnit: metric.unit,
    MetricMetadata: expectedMap(metric.metadata),
  };
  const addPoint = (table: TelemetryTable, point: Point, own: Row): void => {
    const exemplars = 'exemplars' in point ? point.exemplars : [];
    const row = {
      ...base,
      Attributes: expectedMap(point.attributes),
      StartTimeUnix: point.startTimeUnixNano,
      TimeUnix: point.timeUnixNano,
      Flags: point.flags,
      ...('exemplars' in point && exemplarColumns(exemplars)),
      ...own,
    };
    const times = [point.startTimeUnixNano, ...exemplars.map((each) => each.timeUnixNano)];
    add(table, row, times, point.timeUnixNano);
  };
  const { data } = metric;
  if (data.case === 'gauge')
    for (const point of data.value.dataPoints)
      addPoint('otel_metrics_gauge', point, { Value: numberOf(point) });
  if (data.case === 'sum')
    for (const point of data.value.dataPoints)
      addPoint('otel_metrics_sum', point, {
        Value: numberOf(point),
        AggregationTemporality: data.value.aggregationTemporality,
        IsMonotonic: data.value.isMonotonic,
      });
  if (data.case === 'histogram')
    for (const point of data.value.dataPoints)
      addPoint('otel_metrics_histogram', point, {
        ...histogramColumns(point),
        AggregationTemporality: data.value.aggregationTemporality,
      });
  if (data.case === 'exponentialHistogram')
    for (const point of data.value.dataPoints)
      addPoint('otel_metrics_exponential_histogram', point, {
        ...exponentialColumns(point),
        AggregationTemporality: data.value.aggregationTemporality,
      });
  if (data.case === 'summary')
    for (const point of data.value.dataPoints)
      addPoint('otel_metrics_summary', point, {
        Count: point.count,
        Sum: point.sum,
        'ValueAtQuantiles.Quantile': point.quantileValues.map((each) => each.quantile),
        'ValueAtQuantiles.Value': point.quantileValues.map((each) => each.value),
      });
}

const numberOf = ({ value }: NumberDataPoint | Exemplar): number =>
  value.case === 'asInt' ? Number(value.value) : (value.value ?? 0);

const exemplarColumns = (exemplars: readonly Exemplar[]): Row => ({
  'Exemplars.FilteredAttributes': exemplars.map((each) => expectedMap(each.filteredAttributes)),
  'Exemplars.TimeUnix': exemplars.map((each) => each.timeUnixNano),
  'Exemplars.Value': exemplars.map(numberOf),
  'Exemplars.SpanId': exemplars.map((each) => expectedId(each.spanId, 8)),
  'Exemplars.TraceId': exemplars.map((each) => expectedId(each.traceId, 16)),
});

const optionalColumns = (point: HistogramDataPoint | ExponentialHistogramDataPoint): Row => ({
  Sum: point.sum ?? 0,
  Min: point.min ?? 0,
  Max: point.max ?? 0,
  HasSum: point.sum !== undefined,
  HasMin: point.min !== undefined,
  HasMax: point.max !== undefined,
});

const histogramColumns = (point: HistogramDataPoint): Row => ({
  ...optionalColumns(point),
  Count: point.count,
  BucketCounts: point.bucketCounts,
  ExplicitBounds: point.explicitBounds,
});

const exponentialColumns = (point: ExponentialHistogramDataPoint): Row => ({
  ...optionalColumns(point),
  Count: point.count,
  Scale: point.scale,
  ZeroCount: point.zeroCount,
  ZeroThreshold: point.zeroThreshold,
  PositiveOffset: point.positive?.offset ?? 0,
  PositiveBucketCounts: point.positive?.bucketCounts ?? [],
  NegativeOffset: point.negative?.offset ?? 0,
  NegativeBucketCounts: point.negative?.bucketCounts ?? [],
});
