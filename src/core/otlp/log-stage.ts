import { type AnyValue, readAnyValue } from './any-value.ts';
import { ByteColumn, byteSource } from './byte-column.ts';
import { type BodyAttribute, expandJsonBody } from './json-body.ts';
import { renderJson } from './json-text.ts';
import type { LogRecord } from './log-record.ts';
import type { MapColumn } from './map-column.ts';
import { levelAttributes, type Severity, severityOfBody, severityOfLevel } from './severity.ts';
import { Submessage } from './submessage.ts';
import type { WireReader } from './wire-reader.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * The optional stage between reading a log record and storing it: attributes from a JSON body, and
 * a severity where the producer gave none. Slower than the plain way, since it works on text.
 */
export class LogStage {
  private readonly inference: boolean;
  private readonly expansion: boolean;

  constructor(inference: boolean, expansion: boolean) {
    this.inference = inference;
    this.expansion = expansion;
  }

  /**
   * Works on the record in `[start, end)` of the reader, which `record` has read and whose
   * attributes are open in `attributes`. Returns the severity to store, or undefined for that of
   * the record.
   */
  apply(
    reader: WireReader,
    start: number,
    record: LogRecord,
    attributes: MapColumn,
  ): Severity | undefined {
    const body = readBody(reader, record);
    const expanded = this.expansion && body ? expandJsonBody(body.text) : undefined;
    for (const [key, { value }] of expanded ?? []) {
      const name = byteSource(encoder.encode(key));
      attributes.keys.pushText(name, 0, name.bytes.length);
      attributes.values.pushString(encoder.encode(value));
    }
    if (!this.inference) return undefined;
    const { severityNumber: number, severityStart, severityEnd } = record;
    if (number !== 0 || severityEnd > severityStart) {
      const text = decoder.decode(reader.bytes.subarray(severityStart, severityEnd));
      return { text: text.toLowerCase(), number };
    }
    const level = levelOf(levelsSent(reader, start), expanded);
    if (level !== undefined) return severityOfLevel(level);
    return severityOfBody(body?.isString ? body.text : '');
  }
}

/** The first level attribute that is a text and not empty; the body's own replace those sent. */
function levelOf(
  sent: ReadonlyMap<string, string>,
  expanded: ReadonlyMap<string, BodyAttribute> | undefined,
): string | undefined {
  for (const name of levelAttributes) {
    const inBody = expanded?.get(name);
    const level = inBody ? (inBody.isString ? inBody.value : '') : sent.get(name);
    if (level !== undefined && level !== '') return level;
  }
  return undefined;
}

interface Body {
  readonly text: string;
  readonly isString: boolean;
}

/** The body where it is a string or a map, the map as JSON. */
function readBody(reader: WireReader, record: LogRecord): Body | undefined {
  let body: Body | undefined;
  if (record.bodyPieces) {
    const joined = record.bodyPieces.open(reader);
    return joined && bodyOf(joined, readAnyValue(joined));
  }
  if (record.bodyStart >= 0) {
    const { pos } = reader;
    const outer = reader.focus(record.bodyStart, record.bodyEnd);
    body = bodyOf(reader, readAnyValue(reader));
    reader.leave(outer);
    reader.pos = pos;
  }
  return body;
}

function bodyOf(reader: WireReader, value: AnyValue): Body | undefined {
  if (value.kind === 1) {
    const text = decoder.decode(reader.bytes.subarray(value.start, value.end));
    return { text, isString: true };
  }
  if (value.kind !== 6) return undefined;
  const json = new ByteColumn();
  renderJson(reader, value, json);
  return { text: decoder.decode(json.bytes.subarray(0, json.length)), isString: false };
}

const levelNames: ReadonlySet<string> = new Set(levelAttributes);

/** The level attributes of the record that began at `start` and ends here, where they are texts. */
function levelsSent(reader: WireReader, start: number): ReadonlyMap<string, string> {
  const levels = new Map<string, string>();
  reader.pos = start;
  while (reader.pos < reader.limit) {
    const tag = reader.tag();
    if (tag !== 0x32) {
      reader.skip(tag);
      continue;
    }
    const outer = reader.enter();
    takeLevel(reader, levels);
    reader.leave(outer);
  }
  return levels;
}

function takeLevel(reader: WireReader, levels: Map<string, string>): void {
  let key = '';
  const value = new Submessage();
  while (reader.pos < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x0a) {
      const end = reader.lengthEnd();
      key = decoder.decode(reader.bytes.subarray(reader.pos, end));
      reader.pos = end;
    } else if (tag === 0x12) value.take(reader);
    else reader.skip(tag);
  }
  if (!levelNames.has(key)) return;
  // Of equal keys the last counts, also where it is no text.
  levels.delete(key);
  const inner = value.open(reader);
  const { kind, start, end } = inner ? readAnyValue(inner) : { kind: 0, start: 0, end: 0 };
  if (inner && kind === 1) levels.set(key, decoder.decode(inner.bytes.subarray(start, end)));
}
