import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asNodeError, missingGrant, parseServerException } from './server-exception.ts';

test('errors as servers of all ages word them', () => {
  const check = (text: string, code: number, message: string) =>
    expect(parseServerException(text), text).toEqual({ code, message });
  check(
    'Code: 46, e.displayText() = DB::Exception: Unknown function x, e.what() = DB::Exception\n',
    46,
    'Unknown function x',
  );
  check(
    "Code: 60. DB::Exception: Table a.b doesn't exist. (UNKNOWN_TABLE) (version 25.3.1.1 (official build))\n",
    60,
    "Table a.b doesn't exist. (UNKNOWN_TABLE)",
  );
  check(
    'Code: 999. Coordination::Exception: Session expired. (KEEPER_EXCEPTION) (version 22.8.1.1)',
    999,
    'Session expired. (KEEPER_EXCEPTION)',
  );
  check('["1"],\nCode: 241. DB::Exception: Memory limit', 241, 'Memory limit');
  check('Code: 36, e.displayText() = DB::Exception: a (version 20.3.1)', 36, 'a');
});

test('whatever a server says, reading it ends and never fails', () => {
  expect(parseServerException('nothing')).toBeUndefined();
  expect(parseServerException(`Code: 1. DB::Exception: ${' '.repeat(1_000_000)}`)).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), (text) => {
      const exception = parseServerException(`Code: 12. DB::Exception: ${text}`);
      expect(exception?.code).toBe(text.includes('Exception: ') ? expect.any(Number) : 12);
    }),
  );
});

test('layers of codes', () => {
  const check = (code: number, layer: string) =>
    expect(asNodeError({ code, message: 'm' }, 'h:1', 'u').layer, String(code)).toBe(layer);
  for (const code of [192, 193, 194, 195, 516]) check(code, 'authentication');
  for (const code of [164, 291, 497]) check(code, 'permission');
  for (const code of [159, 160, 209]) check(code, 'timeout');
  for (const code of [1, 60, 62, 241, 202, 999]) check(code, 'http');
});

test('the grant that a refusal names', () => {
  const check = (message: string, grant: string | undefined) =>
    expect(missingGrant(message)).toBe(grant);
  check(
    "monitor: Not enough privileges. To execute this query, it's necessary to have the grant SELECT(name, value) ON system.metrics. (ACCESS_DENIED)",
    'SELECT(name, value) ON system.metrics',
  );
  check(
    "default: Not enough privileges. To execute this query, it's necessary to have grant SHOW USERS ON *.*",
    'SHOW USERS ON *.*',
  );
  check('Access denied to database other', undefined);
});
