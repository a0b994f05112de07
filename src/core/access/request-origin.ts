import { err, ok, type Result } from '../../base/result.ts';

/** What a browser says about where a request comes from. */
export interface RequestOrigin {
  readonly method: string;
  /** Host header, or what a trusted proxy says it was. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Sec-Fetch-Site. */
  readonly fetchSite: string | undefined;
}

/** By which names the server may be called. Lower case. */
export interface OwnNames {
  /** Host names without a port, beside localhost and IP addresses. */
  readonly hostNames: readonly string[];
  /** Host and port of the public URL, as browsers write them. */
  readonly publicHosts: readonly string[];
  /** Origins of further pages that may call the server. */
  readonly origins: readonly string[];
}

/** Why a request is refused, and what to do about it. */
export interface OriginObjection {
  readonly message: string;
  readonly hint: string;
}

const ipv4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** The host name of a Host header: lower case, no port, no dot at the end, IPv6 in brackets. */
export function hostNameOf(host: string): string {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]]*)(?::\d+)?$/i.exec(host.trim());
  return (match?.[1] ?? '').toLowerCase().replace(/\.$/, '');
}

/**
 * Whether a Host header names this server. IP addresses always do: a page elsewhere can make a
 * browser resolve a name of its own to our address (DNS rebinding), but not an address.
 */
export function isOwnHost(host: string | undefined, own: OwnNames): boolean {
  const name = host === undefined ? '' : hostNameOf(host);
  if (name === '') return false;
  if (ipv4.test(name) || name.startsWith('[')) return true;
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return own.hostNames.includes(name);
}

/** Whether an Origin header is that of our own page, called by `host`, or of one that belongs. */
function isOwnOrigin(origin: string, host: string | undefined, own: OwnNames): boolean {
  if (own.origins.includes(origin.toLowerCase())) return true;
  const match = /^https?:\/\/([^/]+)$/i.exec(origin);
  const from = match?.[1]?.toLowerCase();
  if (from === undefined) return false;
  return from === withoutDefaultPort(origin, host?.toLowerCase()) || own.publicHosts.includes(from);
}

/** Browsers leave the scheme's own port out of Origin; a Host header may have it. */
const withoutDefaultPort = (origin: string, host: string | undefined) =>
  host?.replace(origin.toLowerCase().startsWith('https:') ? /:443$/ : /:80$/, '');

/**
 * Refuses what a web page elsewhere could make a browser send: a host that is not ours, an origin
 * that is not ours, and, where the browser says it, requests from another site.
 */
export function checkOrigin(request: RequestOrigin, own: OwnNames): Result<null, OriginObjection> {
  if (!isOwnHost(request.host, own))
    return err({
      message: `the Host header "${request.host ?? ''}" does not belong to this server`,
      hint: 'Call it by localhost or an IP address, or add the name to CASTELLAN_ALLOWED_HOSTS (or CASTELLAN_PUBLIC_URL).',
    });
  return checkSameOrigin(request, own);
}

/** The part of `checkOrigin` that also holds where credentials are asked for. */
export function checkSameOrigin(
  request: RequestOrigin,
  own: OwnNames,
): Result<null, OriginObjection> {
  const { origin, fetchSite } = request;
  if (origin !== undefined && !isOwnOrigin(origin, request.host, own))
    return err({
      message: `requests from the origin "${origin}" are refused`,
      hint: 'Only the page of this server may call it from a browser. Behind a proxy, set CASTELLAN_PUBLIC_URL to the address in the browser; CORS_ORIGINS names further pages.',
    });
  if (origin === undefined && (fetchSite === 'cross-site' || fetchSite === 'same-site'))
    return err({
      message: 'requests that another web page causes are refused',
      hint: 'Open the page of this server instead.',
    });
  return ok(null);
}
