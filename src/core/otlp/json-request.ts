import type { Signal } from '../../model/telemetry/tables.ts';
import { base64Bytes, hexBytes, integerOf } from './json-scalars.ts';
import { JsonScanner } from './json-scanner.ts';
import {
  isAnyValue,
  type JsonField,
  requestShapes,
  type ScalarKind,
  type Shape,
} from './json-shapes.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import { maxDepth } from './wire-reader.ts';
import { doubleWords } from './word-column.ts';

const utf8 = new TextDecoder();

/**
 * Turns an OTLP/JSON request into the protobuf bytes of the same request, so that one reader serves
 * both. Invalid UTF-8 becomes U+FFFD. Throws `MalformedInput` with the offset of the fault.
 */
export function protobufOfJson(signal: Signal, bytes: Uint8Array): Uint8Array {
  const scanner = new JsonScanner(utf8.decode(bytes));
  const out = new ProtobufWriter(Math.max(256, bytes.length >>> 1));
  if (scanner.peek() !== 'object') scanner.fail('an export request is a JSON object');
  new Transcoder(scanner, out).message(requestShapes[signal], 1);
  scanner.end();
  return out.finish();
}

class Transcoder {
  private readonly scanner: JsonScanner;
  private readonly out: ProtobufWriter;

  constructor(scanner: JsonScanner, out: ProtobufWriter) {
    this.scanner = scanner;
    this.out = out;
  }

  /** Reads an object and writes its fields. Unknown members are skipped; null is absent. */
  message(shape: Shape, depth: number): void {
    const { scanner } = this;
    if (depth > maxDepth) scanner.fail(`messages nest deeper than ${maxDepth}`);
    scanner.members((name) => {
      const field = shape.get(name);
      const kind = scanner.peek();
      if (!field) scanner.skip(depth);
      else if (kind === 'null') scanner.takeWord('null');
      else if (!field.repeated) this.value(name, field, depth);
      else if (kind !== 'array') this.expected(name, 'an array');
      else scanner.elements(() => this.element(name, field, depth));
    });
  }

  private element(name: string, field: JsonField, depth: number): void {
    const { scanner } = this;
    const emptyValue = field.message && isAnyValue(field.message());
    if (scanner.peek() === 'null' && emptyValue) {
      scanner.takeWord('null');
      this.out.end(this.out.begin(field.number));
    } else this.value(name, field, depth);
  }

  private value(name: string, field: JsonField, depth: number): void {
    if (field.message) {
      if (this.scanner.peek() !== 'object') this.expected(name, 'an object');
      const start = this.out.begin(field.number);
      this.message(field.message(), depth + 1);
      this.out.end(start);
    } else if (field.names) this.enumValue(name, field.number, field.names);
    else if (field.scalar) this.scalar(name, field.number, field.scalar);
  }

  private expected(name: string, what: string): never {
    return this.scanner.fail(`"${name}": ${what} is expected`);
  }

  /** A number or a string, as it is written; strings serve 64-bit integers and NaN. */
  private numberText(name: string, what: string): string {
    const kind = this.scanner.peek();
    if (kind === 'number') return this.scanner.number();
    return kind === 'string' ? this.scanner.string() : this.expected(name, what);
  }

  private integer(name: string, what: string, lowest: bigint, highest: bigint): bigint {
    const start = this.scanner.pos;
    const value = integerOf(this.numberText(name, what));
    if (value === undefined || value < lowest || value > highest)
      return this.scanner.fail(`"${name}": ${what} is expected`, start);
    return value;
  }

  private enumValue(name: string, number: number, names: readonly string[]): void {
    const { scanner, out } = this;
    if (scanner.peek() !== 'string') {
      out.integer(number, this.integer(name, 'an enum value', minInt32, maxInt32));
      return;
    }
    const start = scanner.pos;
    const text = scanner.string();
    const known = names.indexOf(text);
    const value = known >= 0 ? BigInt(known) : integerOf(text);
    if (value === undefined || value < minInt32 || value > maxInt32)
      scanner.fail(`"${name}": ${names[0]} or one of its kind is expected`, start);
    else out.integer(number, value);
  }

  private scalar(name: string, number: number, kind: ScalarKind): void {
    const { out } = this;
    if (kind === 'string') out.text(number, this.text(name));
    else if (kind === 'bytes' || kind === 'id') this.binary(name, number, kind);
    else if (kind === 'bool') out.small(number, this.bool(name) ? 1 : 0);
    else if (kind === 'double') {
      const { lo, hi } = doubleWords(this.double(name));
      out.fixed64(number, lo, hi);
    } else if (kind === 'uint32' || kind === 'fixed32') {
      const value = Number(this.integer(name, 'an unsigned 32-bit integer', 0n, maxUint32));
      if (kind === 'uint32') out.small(number, value);
      else out.fixed32(number, value);
    } else if (kind === 'sint32') {
      const value = this.integer(name, 'a 32-bit integer', minInt32, maxInt32);
      out.integer(number, value >= 0n ? value * 2n : value * -2n - 1n);
    } else this.wide(name, number, kind);
  }

  private wide(name: string, number: number, kind: ScalarKind): void {
    const signed = kind === 'int64' || kind === 'sfixed64';
    const value = signed
      ? this.integer(name, 'a 64-bit integer', -(2n ** 63n), 2n ** 63n - 1n)
      : this.integer(name, 'an unsigned 64-bit integer', 0n, 2n ** 64n - 1n);
    if (kind === 'int64' || kind === 'uint64') this.out.integer(number, value);
    else {
      const lo = Number(BigInt.asIntN(32, value));
      this.out.fixed64(number, lo, Number(BigInt.asIntN(32, value >> 32n)));
    }
  }

  private text(name: string): string {
    return this.scanner.peek() === 'string'
      ? this.scanner.string()
      : this.expected(name, 'a string');
  }

  private binary(name: string, number: number, kind: 'bytes' | 'id'): void {
    this.scanner.peek();
    const start = this.scanner.pos;
    const text = this.text(name);
    const value = kind === 'id' ? hexBytes(text) : base64Bytes(text);
    if (value) this.out.bytes(number, value);
    else this.scanner.fail(`"${name}": ${kind === 'id' ? 'hex' : 'base64'} is expected`, start);
  }

  private bool(name: string): boolean {
    const kind = this.scanner.peek();
    const text = kind === 'string' ? this.scanner.string() : kind;
    if (text !== 'true' && text !== 'false') return this.expected(name, 'true or false');
    if (kind === text) this.scanner.takeWord(text);
    return text === 'true';
  }

  private double(name: string): number {
    this.scanner.peek();
    const start = this.scanner.pos;
    const text = this.numberText(name, 'a number');
    if (text === 'NaN') return Number.NaN;
    if (text === 'Infinity') return Number.POSITIVE_INFINITY;
    if (text === '-Infinity') return Number.NEGATIVE_INFINITY;
    const value = decimal.test(text) ? Number(text) : Number.NaN;
    return Number.isFinite(value)
      ? value
      : this.scanner.fail(`"${name}": a number is expected that a double can hold`, start);
  }
}

/** A number in a string is written as JSON writes numbers: no hexadecimal, no spaces. */
const decimal = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const maxUint32 = 0xffff_ffffn;
const minInt32 = -0x8000_0000n;
const maxInt32 = 0x7fff_ffffn;
