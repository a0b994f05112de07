import { expect, test } from 'vitest';
import { renderInstant } from '../instants.ts';
import { parseDurationNs, parseNumber, parseTime } from './literal.ts';
import { editDistance, nearestNames } from './suggestion.ts';
import { classifyUnknownField } from './text-like.ts';
import { distinctWords, wordSequence } from './words.ts';

test('numbers are exact at any size', () => {
  const check = (text: string, expected: string | undefined) => {
    const number = parseNumber(text);
    expect(number && `${number.kind} ${number.value}`, text).toBe(expected);
  };
  check('0', 'integer 0');
  check('-0', 'integer 0');
  check('+007', 'integer 7');
  check('5.0', 'integer 5');
  check('1.50e1', 'integer 15');
  check('1e3', 'integer 1000');
  check('.5', 'float 0.5');
  check('-1.25', 'float -1.25');
  check('18446744073709551615', 'integer 18446744073709551615');
  check('-9223372036854775809', 'integer -9223372036854775809');
  check(`1${'0'.repeat(77)}`, `integer 1${'0'.repeat(77)}`);
  check('9'.repeat(78), 'float 1e+78');
  check('1e999', 'float inf');
  check('-1e999', 'float -inf');
  check('1e-999', 'float 0');
  check('-inf', 'float -inf');
  check('Infinity', 'float inf');
  for (const none of ['', '.', '-', 'e5', '1e', '0x10', '1_000', '1,5', 'nan', '5ms', ' 5', '٣'])
    check(none, undefined);
});

test('durations in nanoseconds', () => {
  const check = (text: string, expected: string | undefined) =>
    expect(parseDurationNs(text)?.value, text).toBe(expected);
  check('100ms', '100000000');
  check('1.5s', '1500000000');
  check('1us', '1000');
  check('1µs', '1000');
  check('0.1ns', '0');
  check('2m', '120000000000');
  check('1h', '3600000000000');
  check('1d', undefined);
  check('-1s', undefined);
  check('s', undefined);
});

test('times, as exactly as they are written', () => {
  const check = (text: string, expected: string) => {
    const time = parseTime(text);
    const { ns, untilNs } = time.ok ? time.value : { ns: 0n, untilNs: 0n };
    expect(time.ok ? `${renderInstant(ns)} +${untilNs - ns}` : 'refused', text).toBe(expected);
  };
  const second = 1_000_000_000;
  check('2026-01-02', `2026-01-02T00:00:00.000000000Z +${86_400 * second}`);
  check('2026-01-02 03:04', `2026-01-02T03:04:00.000000000Z +${60 * second}`);
  check('2026-01-02T03:04:05', `2026-01-02T03:04:05.000000000Z +${second}`);
  check('2026-01-02T03:04:05Z', `2026-01-02T03:04:05.000000000Z +${second}`);
  check('2026-01-02T03:04:05.12+01:00', '2026-01-02T02:04:05.120000000Z +10000000');
  check('2026-01-02 03:04:05.123456789 UTC', '2026-01-02T03:04:05.123456789Z +1');
  check('2026-01-02T03:04:05-0530', `2026-01-02T08:34:05.000000000Z +${second}`);
  check('1700000000', `2023-11-14T22:13:20.000000000Z +${second}`);
  check('1700000000123', '2023-11-14T22:13:20.123000000Z +1000000');
  check('1700000000123456789', '2023-11-14T22:13:20.123456789Z +1');
  for (const none of ['', 'now', '2026', '2026-1-2', '2026-13-01', '2026-02-30', '25:00', '170000'])
    check(none, 'refused');
});

test('words as splitByNonAlpha finds them', () => {
  const check = (text: string, ...expected: string[]) =>
    expect(wordSequence(text), text).toEqual(expected);
  check('foo-bar_baz', 'foo', 'bar', 'baz');
  check('a.b/c', 'a', 'b', 'c');
  check('日本語 é💥x', '日本語', 'é💥x');
  check('\0\n!');
  expect(distinctWords('10.0.0.1')).toEqual(['10', '0', '1']);
});

test('what a misspelt name may have meant', () => {
  const names = ['ServiceName', 'SeverityText', 'SeverityNumber', 'SpanId', 'Body'];
  const check = (written: string, ...expected: string[]) =>
    expect(nearestNames(written, names), written).toEqual(expected);
  check('servicename', 'ServiceName');
  check('SerivceName', 'ServiceName');
  check('ServicName', 'ServiceName');
  check('SevrityTxt', 'SeverityText');
  check('severity', 'SeverityText', 'SeverityNumber');
  check('bodi', 'Body');
  check('a');
  check('host.name');
  expect(editDistance('abc', 'acb', 3)).toBe(1);
  expect(editDistance('kitten', 'sitting', 9)).toBe(3);
});

test('text that only looks like a field', () => {
  const check = (name: string, value: string | undefined, expected: string, gap = false) =>
    expect(classifyUnknownField(name, value, gap), `${name}:${value}`).toBe(expected);
  check('http', '//a.com', 'text');
  check('localhost', '3000', 'text');
  check('10.0.0.1', '80', 'probably-text');
  check('2024-01-01T00', '00:00Z', 'probably-text');
  check('12', '30', 'probably-text');
  check('fe80', ':1', 'probably-text');
  check('2001', 'db8:1', 'probably-text');
  check('aa', 'bb:cc:dd:ee:ff', 'probably-text');
  check('std', ':vector', 'probably-text');
  check('a', 'b:c', 'probably-text');
  check('C', '\\Users', 'probably-text');
  check('error', undefined, 'probably-text');
  check('error', 'timeout', 'probably-text', true);
  check('k=v', 'x', 'probably-text');
  check('servicename', 'foo', 'field');
  check('http.status_code', '500', 'field');
  check('größe', '5', 'field');
  check('host', '8080', 'field');
});
