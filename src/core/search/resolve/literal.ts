import { err, ok, type Result } from '../../../base/result.ts';
import type { ColumnType } from '../column-type.ts';
import { latestNs, parseInstantNs } from '../instants.ts';
import type { Literal } from '../query-ir.ts';
import { shortened } from './shortened.ts';

type Integer = Extract<Literal, { kind: 'integer' }>;
type Float = Extract<Literal, { kind: 'float' }>;

/** The digits of UInt256, ClickHouse's widest integer; a number beyond is a float to it and to us. */
const maxDigits = 78;
const smallest = -(2n ** 255n);
const largest = 2n ** 256n - 1n;
const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** Reads a number exactly: an integer where it is one (also `5.0`, `1e3`), else a float. */
export function parseNumber(text: string): Integer | Float | undefined {
  const match = decimal.exec(text);
  if (!match || !/\d/.test(`${match[2]}${match[3] ?? ''}`)) return parseInfinity(text);
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  const digits = `${match[2]}${fraction}`.replace(/^0+/, '') || '0';
  const shift = Number(match[4] ?? 0) - fraction.length;
  if (digits === '0') return { kind: 'integer', value: '0' };
  if (shift < 0 || digits.length + shift > maxDigits) return toFloat(Number(text));
  const sign = match[1] === '-' ? '-' : '';
  const value = `${sign}${digits}${'0'.repeat(shift)}`;
  const exact = BigInt(value);
  return exact < smallest || exact > largest ? toFloat(Number(text)) : { kind: 'integer', value };
}

const parseInfinity = (text: string): Float | undefined =>
  /^[+-]?inf(inity)?$/i.test(text)
    ? { kind: 'float', value: text.startsWith('-') ? '-inf' : 'inf' }
    : undefined;

const toFloat = (value: number): Float => ({
  kind: 'float',
  value: Number.isFinite(value) ? String(value) : value < 0 ? '-inf' : 'inf',
});

const unitNs: Record<string, bigint> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** `100ms`, `1.5s`: as nanoseconds, which is what the column `Duration` holds. */
export function parseDurationNs(text: string): Integer | undefined {
  const match = /^(\d{1,18})(?:\.(\d{1,18}))?(ns|us|µs|μs|ms|s|m|h)$/.exec(text);
  const unit = unitNs[match?.[3] ?? ''];
  if (!match || unit === undefined) return undefined;
  const fraction = match[2] ?? '';
  const value = (BigInt(`${match[1]}${fraction}`) * unit) / 10n ** BigInt(fraction.length);
  return { kind: 'integer', value: String(value), label: text };
}

/** A time as written: from `ns` to before `untilNs`, by how exactly it is written. */
export interface WrittenTime {
  readonly ns: bigint;
  readonly untilNs: bigint;
}

const nsPerDay = 86_400_000_000_000n;
const writtenTime =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ]+(\d{2}:\d{2})(?:(:\d{2})(?:[.,](\d{1,9})\d*)?)?)?\s*(Z|z|UTC|[+-]\d{2}(?::?\d{2})?)?$/;
const epochDigits: Record<number, bigint> = {
  10: 1_000_000_000n,
  13: 1_000_000n,
  16: 1_000n,
  19: 1n,
};

/**
 * Reads a date, a time of any precision (UTC where it names no zone), or Unix time of 10, 13, 16 or
 * 19 digits (seconds to nanoseconds). Times that cannot be stored are clamped to those that can.
 */
export function parseTime(text: string): Result<WrittenTime, string> {
  const expected =
    'write for example 2026-01-02, 2026-01-02T03:04:05Z or "2026-01-02 03:04:05.123"';
  const epoch = /^\d+$/.test(text) ? epochDigits[text.length] : undefined;
  if (epoch !== undefined) {
    const ns = BigInt(text) * epoch;
    return ok({ ns: ns > latestNs ? latestNs : ns, untilNs: ns + epoch });
  }
  const match = writtenTime.exec(text);
  if (!match) return err(`"${shortened(text)}" is not a time: ${expected}`);
  const [, day, minute = '00:00', second = ':00', fraction = '', zone = 'Z'] = match;
  const offset = /^([+-]\d{2}):?(\d{2})?$/.exec(zone);
  const rfcZone = offset ? `${offset[1]}:${offset[2] ?? '00'}` : 'Z';
  const parsed = parseInstantNs(`${day}T${minute}${second}${fraction && `.${fraction}`}${rfcZone}`);
  if (!parsed.ok) return err(`"${shortened(text)}" is not a time that exists: ${expected}`);
  const unit = match[4]
    ? 10n ** BigInt(9 - fraction.length)
    : match[3]
      ? 1_000_000_000n
      : match[2]
        ? 60_000_000_000n
        : nsPerDay;
  return ok({ ns: parsed.value, untilNs: parsed.value + unit });
}

/** Reads a value for a column whose values are not text. The error says what the column takes. */
export function parseScalar(
  text: string,
  type: ColumnType,
  label: string,
): Result<Literal, string> {
  switch (type.kind) {
    case 'integer':
    case 'float32':
    case 'float64':
    case 'decimal': {
      const isDuration = label === 'Duration' && type.kind === 'integer';
      const number = parseNumber(text) ?? (isDuration ? parseDurationNs(text) : undefined);
      if (number) return ok(number);
      const example = isDuration ? '250000000 (nanoseconds), 250ms or 1.5s' : '42';
      return err(
        `${label} is a number: "${shortened(text)}" is none; write for example ${example}`,
      );
    }
    case 'bool': {
      const value = /^(true|1)$/i.test(text);
      if (value || /^(false|0)$/i.test(text)) return ok({ kind: 'bool', value });
      return err(`${label} is true or false: "${shortened(text)}" is neither`);
    }
    case 'uuid':
      if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text))
        return ok({ kind: 'uuid', value: text });
      return err(`${label} is a UUID: "${shortened(text)}" is none`);
    case 'ip4':
      if (/^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(text))
        return ok({ kind: 'ip4', value: text });
      return err(`${label} is an IPv4 address: "${shortened(text)}" is none`);
    case 'ip6':
      if (text.length <= 45 && /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text))
        return ok({ kind: 'ip6', value: text });
      return err(`${label} is an IPv6 address: "${shortened(text)}" is none`);
    case 'date':
    case 'time': {
      const time = parseTime(text);
      return time.ok ? ok({ kind: 'time', ns: time.value.ns }) : err(`${label}: ${time.error}`);
    }
    default:
      return ok({ kind: 'string', value: text });
  }
}
