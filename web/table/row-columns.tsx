import {
  columnResizingFeature,
  columnSizingFeature,
  createColumnHelper,
  tableFeatures,
} from '@tanstack/react-table';
import type { Row, Source } from '../api/shapes.ts';
import { fieldValue } from './field-value.ts';

export const features = tableFeatures({ columnSizingFeature, columnResizingFeature });
const helper = createColumnHelper<typeof features, Row>();

/** Shown where nobody chose. */
export const defaultColumns: Record<Source, readonly string[]> = {
  logs: ['Timestamp', 'SeverityText', 'ServiceName', 'Body'],
  traces: ['Timestamp', 'ServiceName', 'SpanName', 'Duration', 'StatusCode', 'SpanKind', 'TraceId'],
};

/** Widths in pixels, before anyone drags. */
const widths: Readonly<Record<string, number>> = {
  Timestamp: 202,
  SeverityText: 76,
  ServiceName: 140,
  SpanName: 280,
  Duration: 96,
  StatusCode: 84,
  SpanKind: 90,
  TraceId: 260,
  SpanId: 150,
  Body: 520,
};
const otherWidth = 180;

const titles: Readonly<Record<string, string>> = {
  Timestamp: 'Time',
  SeverityText: 'Severity',
  ServiceName: 'Service',
  SpanName: 'Span',
  StatusCode: 'Status',
  SpanKind: 'Kind',
  TraceId: 'Trace',
};

/** A column's heading: short for the well known, else the field's own name. */
const titleOf = (field: string): string => titles[field] ?? field;

export const columnsOf = (fields: readonly string[], chosen: Readonly<Record<string, number>>) =>
  helper.columns(
    fields.map((field) =>
      helper.accessor((row) => fieldValue(row, field), {
        id: field,
        header: titleOf(field),
        size: chosen[field] ?? widths[field] ?? otherWidth,
        minSize: 48,
        maxSize: 2_000,
      }),
    ),
  );
