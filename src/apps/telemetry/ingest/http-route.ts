import { err, ok, type Result } from '../../../base/result.ts';
import type { DecodeOptions } from '../../../model/telemetry/block.ts';
import type { Signal } from '../../../model/telemetry/tables.ts';
import { type Refusal, refuse } from './refusal.ts';

/** The encodings of OTLP/HTTP. */
export type OtlpEncoding = DecodeOptions['encoding'];

/** What a request to the OTLP/HTTP port asks for, by method and path alone. */
export type HttpRoute =
  | { readonly kind: 'export'; readonly signal: Signal }
  | { readonly kind: 'about' }
  | { readonly kind: 'preflight' };

const signals: Readonly<Record<string, Signal>> = {
  '/v1/logs': 'logs',
  '/v1/traces': 'traces',
  '/v1/metrics': 'metrics',
};

/** What people see who open the port in a browser. */
export const aboutText = `This is the OTLP/HTTP receiver of Castellan.
Send OpenTelemetry data with POST to /v1/logs, /v1/traces or /v1/metrics,
as application/x-protobuf or application/json.
For SDKs: OTEL_EXPORTER_OTLP_ENDPOINT=http://HOST:PORT and OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
`;

/** The path of a request target, which may be in absolute form (RFC 9112, 3.2.2). */
function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
  return path === '' ? '/' : path;
}

/** Routes a request, or says what is wrong with its path or method. */
export function routeHttp(method: string, target: string): Result<HttpRoute, Refusal> {
  const path = pathOf(target);
  if (method === 'OPTIONS') return ok({ kind: 'preflight' });
  const signal = Object.hasOwn(signals, path) ? signals[path] : undefined;
  if (signal)
    return method === 'POST'
      ? ok({ kind: 'export', signal })
      : err(refuse('wrong_method', `${path} takes POST; ${method} was sent.`));
  if (path === '/' && (method === 'GET' || method === 'HEAD')) return ok({ kind: 'about' });
  return err(refuse('unknown_path', `There is no ${path.slice(0, 100)} here. ${pathHint(path)}`));
}

function pathHint(path: string): string {
  const near = Object.keys(signals).find((each) => path.includes(each.slice(4)));
  if (near) return `Did you mean ${near}?`;
  if (path === '/')
    return 'Append the path of the signal to the endpoint: /v1/logs, /v1/traces or /v1/metrics.';
  if (path.startsWith('/opentelemetry.proto.'))
    return 'This looks like gRPC, which has a port of its own (4317 by default).';
  return 'OTLP/HTTP has /v1/logs, /v1/traces and /v1/metrics.';
}

/** The encoding that a Content-Type names; parameters do not matter. */
export function parseContentType(value: string | undefined): Result<OtlpEncoding, Refusal> {
  const type = value?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/x-protobuf') return ok('protobuf');
  if (type === 'application/json') return ok('json');
  const sent = type === '' ? 'No Content-Type was sent' : `Content-Type "${type.slice(0, 100)}"`;
  const hint = type.startsWith('application/grpc')
    ? 'gRPC has a port of its own (4317 by default).'
    : 'Use application/x-protobuf or application/json.';
  return err(refuse('unsupported_type', `${sent}: not something OTLP/HTTP takes. ${hint}`));
}

/** The media type of an encoding. */
export const mediaType: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};
