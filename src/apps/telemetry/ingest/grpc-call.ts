import type { IncomingHttpHeaders } from 'node:http2';
import { err, ok, type Result } from '../../../base/result.ts';
import type { Signal } from '../../../model/telemetry/tables.ts';
import { type ContentCoding, parseContentCoding } from './content-coding.ts';
import type { HostRule } from './host-rule.ts';
import type { KeyRing, Sender } from './key-ring.ts';
import { type Refusal, refuse } from './refusal.ts';

/** What a gRPC call asks for, by its path. */
export type GrpcMethod =
  | { readonly kind: 'export'; readonly signal: Signal }
  | { readonly kind: 'health' };

/** An export call whose headers are in order. */
export interface GrpcCall {
  readonly coding: ContentCoding;
  readonly sender: Sender;
  /** How long the client waits for the answer. */
  readonly timeoutMs: number | undefined;
}

const collector = '/opentelemetry.proto.collector';
const methods: Readonly<Record<string, GrpcMethod>> = {
  [`${collector}.logs.v1.LogsService/Export`]: { kind: 'export', signal: 'logs' },
  [`${collector}.trace.v1.TraceService/Export`]: { kind: 'export', signal: 'traces' },
  [`${collector}.metrics.v1.MetricsService/Export`]: { kind: 'export', signal: 'metrics' },
  '/grpc.health.v1.Health/Check': { kind: 'health' },
};

/** Whether a request is gRPC at all; else it is answered as plain HTTP. */
export const isGrpc = (headers: IncomingHttpHeaders): boolean =>
  headers[':method'] === 'POST' &&
  /^application\/grpc(?:\+proto)?(?:;|$)/i.test(headers['content-type']?.trim() ?? '');

/** The method that a path names. */
export function routeGrpc(path: string): Result<GrpcMethod, Refusal> {
  const method = Object.hasOwn(methods, path) ? methods[path] : undefined;
  if (method) return ok(method);
  return err(
    refuse(
      'unknown_path',
      `There is no method ${path.slice(0, 200)} here; the OTLP services are LogsService, TraceService and MetricsService of ${collector.slice(1)}.*.v1, with the method Export.`,
    ),
  );
}

/** Decides by the headers alone whether the message of an export call is worth reading. */
export function checkCall(
  headers: IncomingHttpHeaders,
  keys: KeyRing,
  hostRule: HostRule,
): Result<GrpcCall, Refusal> {
  const foreign = hostRule(headers[':authority'] ?? headers.host);
  if (foreign) return err(foreign);
  const sender = keys.identify(headers.authorization);
  if (!sender.ok) return sender;
  const coding = parseContentCoding(single(headers['grpc-encoding']));
  if (!coding.ok) return coding;
  const timeout = parseGrpcTimeout(single(headers['grpc-timeout']));
  if (!timeout.ok) return timeout;
  return ok({ coding: coding.value, sender: sender.value, timeoutMs: timeout.value });
}

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(',') : value;

const unitMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};
/** The longest delay that a timer takes. */
const maxTimeoutMs = 2 ** 31 - 1;

/** A grpc-timeout: at most eight digits and a unit (gRPC over HTTP/2, "Timeout"). Milliseconds. */
export function parseGrpcTimeout(value: string | undefined): Result<number | undefined, Refusal> {
  if (value === undefined) return ok(undefined);
  const match = /^(\d{1,8})([HMSmun])$/.exec(value);
  if (!match) return err(refuse('malformed', `"${value.slice(0, 50)}" is not a grpc-timeout.`));
  return ok(Math.min(maxTimeoutMs, Math.ceil(Number(match[1]) * (unitMs[match[2] ?? ''] ?? 0))));
}
