import { expect, test } from 'vitest';
import { isGrpc, parseGrpcTimeout } from './grpc-call.ts';
import { encodeGrpcMessage } from './grpc-reply.ts';

test('parses grpc-timeout', () => {
  const check = (value: string | undefined, expected: number | undefined | 'refused') => {
    const timeout = parseGrpcTimeout(value);
    expect(timeout.ok ? timeout.value : 'refused', String(value)).toBe(expected);
  };
  check(undefined, undefined);
  check('1H', 3_600_000);
  check('2M', 120_000);
  check('10S', 10_000);
  check('250m', 250);
  check('1500u', 2);
  check('1n', 1);
  check('99999999H', 2 ** 31 - 1);
  check('123456789S', 'refused');
  check('S', 'refused');
  check('-1S', 'refused');
  check('1.5S', 'refused');
  check('', 'refused');
});

test('percent-encodes grpc-message', () => {
  const check = (message: string, expected: string) => {
    expect(encodeGrpcMessage(message)).toBe(expected);
    expect(decodeURIComponent(encodeGrpcMessage(message))).toBe(message);
  };
  check('plain text, "quoted"!', 'plain text, "quoted"!');
  check('100 %', '100 %25');
  check('línea\n', 'l%C3%ADnea%0A');
  check('😀', '%F0%9F%98%80');
});

test('knows gRPC by method and content type', () => {
  const check = (method: string, type: string | undefined, expected: boolean) =>
    expect(isGrpc({ ':method': method, ...(type && { 'content-type': type }) })).toBe(expected);
  check('POST', 'application/grpc', true);
  check('POST', 'application/grpc+proto', true);
  check('POST', 'application/grpc; charset=utf-8', true);
  check('POST', 'application/grpc-web', false);
  check('POST', 'application/grpc+json', false);
  check('POST', undefined, false);
  check('GET', 'application/grpc', false);
});
