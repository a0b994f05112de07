import type { FailureLayer } from '../../../model/fleet/cluster.ts';
import { NodeError } from './node-error.ts';

/** An error as ClickHouse words it in the body of an answer. */
export interface ServerException {
  readonly code: number;
  readonly message: string;
}

/**
 * Reads `Code: 46. DB::Exception: … (UNKNOWN_FUNCTION) (version …)` and the form of old servers,
 * `Code: 46, e.displayText() = DB::Exception: …, e.what() = DB::Exception`. Also finds it behind
 * the rows of an answer that broke off. Undefined where the text has none; only its last 8,192
 * characters are looked at.
 */
export function parseServerException(text: string): ServerException | undefined {
  const found =
    /Code: (\d{1,5})(?:\.|, e\.displayText\(\) =) (?:DB::)?[A-Za-z:]*Exception: ([\s\S]*)$/.exec(
      text.slice(-8_192),
    );
  if (!found) return undefined;
  const message = found[2]!
    .replace(/, e\.what\(\) = [\s\S]*$/, '')
    .replace(/\s*\(version [^()]*(?:\([^()]*\))?[^()]*\)\s*$/, '')
    .trim();
  return { code: Number(found[1]), message: message.slice(0, 1_000) };
}

const loginCodes: ReadonlyMap<number, string> = new Map([
  [192, 'there is no such user'],
  [193, 'the password is wrong'],
  [194, 'the user needs a password'],
  [195, 'the user may not connect from this address'],
  [516, 'the user or the password is wrong, or the user may not connect from this address'],
]);

/** READONLY, DATABASE_ACCESS_DENIED, ACCESS_DENIED. */
const permissionCodes: ReadonlySet<number> = new Set([164, 291, 497]);
/** TIMEOUT_EXCEEDED, SOCKET_TIMEOUT, QUERY_WAS_CANCELLED_BY_CLIENT and alike. */
const timeoutCodes: ReadonlySet<number> = new Set([159, 160, 209]);

function layerOf(code: number): FailureLayer {
  if (loginCodes.has(code)) return 'authentication';
  if (permissionCodes.has(code)) return 'permission';
  if (timeoutCodes.has(code)) return 'timeout';
  return 'http';
}

/** What an exception of the server means for who asked. `where` is `host:port`. */
export function asNodeError(
  exception: ServerException,
  where: string,
  username: string,
): NodeError {
  const { code, message } = exception;
  const layer = layerOf(code);
  const said = `${where}: ClickHouse error ${code}: ${message}`;
  if (layer === 'authentication')
    return new NodeError(
      layer,
      `${where} refuses the user "${username}": ${loginCodes.get(code)}`,
      {
        code,
        hint: `ClickHouse said: ${message}`,
        cause: new Error(said),
      },
    );
  if (layer === 'permission') return new NodeError(layer, said, { code, hint: grantHint(message) });
  if (layer === 'timeout')
    return new NodeError(layer, said, {
      code,
      hint: 'The server ended the statement by its own limit of time; it may be overloaded.',
    });
  return new NodeError(layer, said, { code });
}

/** The GRANT that a refusal asks for: `necessary to have the grant SELECT(a, b) ON system.x`. */
export function missingGrant(message: string): string | undefined {
  const found =
    /necessary to have (?:the )?grant ((?:[A-Z ]+)(?:\([^)]*\))?) ON (.+?)(?: WITH GRANT OPTION)?\.?(?:\s*\([A-Z_]+\))?$/.exec(
      message,
    );
  return found ? `${found[1]!.trim()} ON ${found[2]!.trim()}` : undefined;
}

const grantHint = (message: string): string => {
  const grant = missingGrant(message);
  return grant
    ? `The user lacks a right: GRANT ${grant}`
    : 'The user lacks a right; the grant builder shows the statements that give it.';
};
