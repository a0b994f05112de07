/**
 * Short names that people type for well-known columns. One holds only where the table has the
 * column and no column of the short name itself; an info diagnostic says that it was used.
 */
export const fieldAliases: Readonly<Record<string, string>> = {
  level: 'SeverityText',
  severity: 'SeverityText',
  service: 'ServiceName',
  message: 'Body',
  trace_id: 'TraceId',
  traceId: 'TraceId',
  span_id: 'SpanId',
  spanId: 'SpanId',
  parent_span_id: 'ParentSpanId',
  span: 'SpanName',
  kind: 'SpanKind',
  status: 'StatusCode',
  duration: 'Duration',
  timestamp: 'Timestamp',
};
