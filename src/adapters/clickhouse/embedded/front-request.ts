import type { IncomingHttpHeaders } from 'node:http';
import { err, ok, type Result } from '../../../base/result.ts';
import { EngineError } from './engine-error.ts';
import { interfaceParameters, judgeSetting } from './setting-rules.ts';

/** Who asks: Castellan itself, or someone who may only read. */
/**
 * Clients send query parameters in the URL, so the request line may be long: a search of 65,536
 * letters, each of up to four bytes, percent-encoded. Node's own limit is 16 KiB; beyond ours it
 * answers 431.
 */
export const maxHeaderBytes = 2 ** 20;

export interface Caller {
  readonly user: string;
  readonly access: 'full' | 'read_only';
}

/** A request to the HTTP interface, as its URL and headers state it. */
export interface FrontRequest {
  readonly caller: Caller;
  readonly queryId: string;
  /** SQL from the URL; the body is then data, or is appended. */
  readonly urlQuery: string;
  readonly database: string | undefined;
  readonly defaultFormat: string;
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly params: ReadonlyMap<string, string>;
  readonly logComment: string;
  /** 0 no limit, 1 reads only, 2 reads and settings. */
  readonly readOnly: 0 | 1 | 2;
  readonly session:
    | { readonly id: string; readonly timeoutMs: number; readonly check: boolean }
    | undefined;
  /** Encodings of the bodies: HTTP's, and ClickHouse's own blocks. */
  readonly contentEncoding: string;
  readonly acceptEncoding: string;
  readonly compressBlocks: boolean;
  readonly decompressBlocks: boolean;
  readonly waitForEnd: boolean;
  /** Absolute path of a file to insert instead of a body. */
  readonly insertFile: string | undefined;
}

const isOn = (value: string | null): boolean =>
  value !== null && value !== '0' && value !== 'false' && value !== '';

/**
 * Reads the URL and headers. GET and HEAD read only, as in ClickHouse; so does every request of a
 * reader, whatever it asks for.
 */
export function parseFrontRequest(
  method: string,
  url: URL,
  headers: IncomingHttpHeaders,
  caller: Caller,
  newId: () => string,
): Result<FrontRequest, EngineError> {
  const query = url.searchParams;
  const settings: [string, string][] = [];
  const params = new Map<string, string>();
  for (const [name, value] of query) {
    if (name.startsWith('param_')) {
      if (!/^param_\w{1,128}$/.test(name))
        return err(badArgument(`"${name.slice(0, 80)}" is not the name of a parameter`));
      params.set(name.slice('param_'.length), value);
    } else if (!interfaceParameters.has(name)) {
      const verdict = judgeSetting(name, value, caller.access);
      if (verdict.kind === 'refuse')
        return err(
          new EngineError(verdict.message, { code: 452, name: 'SETTING_CONSTRAINT_VIOLATION' }),
        );
      settings.push([name, verdict.value]);
    }
  }
  const header = (name: string): string => {
    const value = headers[name];
    return (Array.isArray(value) ? value[0] : value) ?? '';
  };
  const queryId = query.get('query_id') || header('x-clickhouse-query-id') || newId();
  const defaultFormat =
    query.get('default_format') || header('x-clickhouse-format') || 'TabSeparated';
  if (!/^[\x20-\x7e]{1,256}$/.test(queryId))
    return err(badArgument('query_id takes up to 256 printable ASCII characters'));
  if (!/^\w{1,64}$/.test(defaultFormat))
    return err(new EngineError('Unknown format', { code: 73, name: 'UNKNOWN_FORMAT' }));
  const asked = Number(query.get('readonly') ?? 0);
  const readOnly = caller.access === 'read_only' ? 1 : asked === 1 || asked === 2 ? asked : 0;
  const byMethod = method === 'GET' || method === 'HEAD' ? Math.max(readOnly, 0) || 2 : readOnly;
  const sessionId = query.get('session_id') ?? '';
  return ok({
    caller,
    queryId,
    urlQuery: query.get('query') ?? '',
    database: query.get('database') || header('x-clickhouse-database') || undefined,
    defaultFormat,
    settings,
    params,
    logComment: query.get('log_comment') ?? '',
    readOnly: byMethod as 0 | 1 | 2,
    session:
      sessionId === ''
        ? undefined
        : {
            id: sessionId,
            timeoutMs:
              Math.min(Math.max(Number(query.get('session_timeout') ?? 60) || 60, 1), 3600) * 1000,
            check: isOn(query.get('session_check')),
          },
    contentEncoding: header('content-encoding').toLowerCase().trim(),
    acceptEncoding: isOn(query.get('enable_http_compression'))
      ? header('accept-encoding').toLowerCase()
      : '',
    compressBlocks: isOn(query.get('compress')),
    decompressBlocks: isOn(query.get('decompress')),
    waitForEnd: isOn(query.get('wait_end_of_query')) || isOn(query.get('http_wait_end_of_query')),
    insertFile: header('x-castellan-insert-file') || undefined,
  });
}

const badArgument = (message: string): EngineError =>
  new EngineError(message, { code: 36, name: 'BAD_ARGUMENTS' });
