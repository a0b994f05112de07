import type { Row } from '../../api/shapes.ts';
import { textOf } from '../../table/field-value.ts';

/** 53 bits by mixing two 32-bit lanes: enough to tell rows of one nanosecond apart. */
function fingerprint(text: string): string {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x27d4eb2f) ^ (b >>> 15);
  }
  return ((a >>> 0) * 2 ** 21 + ((b >>> 0) >>> 11)).toString(36);
}

const known = new WeakMap<Row, string>();

/**
 * Names a row in an address. Stored rows have no id of their own: it is the time and a fingerprint
 * of the columns that tell records apart. Equal records of one nanosecond share it.
 */
export function rowIdentity(row: Row): string {
  const remembered = known.get(row);
  if (remembered !== undefined) return remembered;
  const parts = ['TraceId', 'SpanId', 'ServiceName', 'Body', 'SpanName', 'LogAttributes'];
  const text = JSON.stringify(parts.map((part) => sorted(row[part])));
  const identity = `${textOf(row, 'Timestamp')}~${fingerprint(text)}`;
  known.set(row, identity);
  return identity;
}

/** Maps in key order, so that the order of an answer makes no difference. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value ?? null;
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The time of the row that an address names. */
export const timeOfIdentity = (identity: string): string => identity.split('~')[0] ?? '';
