import type { ConnectPhase } from './connect-socket.ts';
import { NodeError } from './node-error.ts';
import { addressText, type NodeTarget } from './node-target.ts';

const phaseText: Readonly<Record<ConnectPhase, string>> = {
  dns: 'looking up its name',
  tcp: 'opening a TCP connection',
  tls: 'the TLS handshake',
};

/**
 * A step that did not end in time. A port that is silent in the handshake usually speaks no TLS,
 * so the layer is that of the step; only TCP may be silent for reasons of its own.
 */
export const connectTimeout = (
  target: NodeTarget,
  phase: ConnectPhase,
  connectMs: number,
): NodeError =>
  new NodeError(
    phase === 'tcp' ? 'timeout' : phase,
    `${addressText(target)} did not answer within ${Math.round(connectMs)} ms while ${phaseText[phase]}`,
    { hint: timeoutHints[phase] },
  );

const timeoutHints: Readonly<Record<ConnectPhase, string>> = {
  dns: 'The name service does not answer; check it, or give an IP address.',
  tcp: 'A firewall may drop the packets, or the host is down. Is the port right?',
  tls: 'The port accepts connections but does not speak TLS, or the server hangs.',
};

/** Codes of Node and OpenSSL for a certificate that is not trusted -> what to do. */
const certificateHints: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'The certificate has expired; renew it on the server.',
  CERT_NOT_YET_VALID: 'The certificate is not valid yet; check the clocks.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is self-signed; give it as the CA.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The authority is not known here; give its certificate as the CA.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'The authority is not known here; give its certificate as the CA.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'The authority is not known here; give its certificate as the CA.',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'The certificate is for another name; set the server name that it carries.',
  ERR_SSL_WRONG_VERSION_NUMBER:
    'The port does not speak TLS: turn "secure" off, or use the TLS port (usually 8443).',
  ERR_SSL_PACKET_LENGTH_TOO_LONG:
    'The port does not speak TLS: turn "secure" off, or use the TLS port (usually 8443).',
  ERR_OSSL_PEM_NO_START_LINE: 'CA, certificate and key must be PEM text (-----BEGIN …).',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'The key does not belong to the client certificate.',
};

const nameCodes: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
]);

const reachHints: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    'Nothing listens there. Is ClickHouse running, and is this its HTTP port (8123, or 8443 with TLS)?',
  EHOSTUNREACH: 'There is no route to the host; check the network and the address.',
  ENETUNREACH: 'There is no route to the network; check the network and the address.',
  ECONNRESET: 'The other side closed the connection at once; a proxy or firewall may do so.',
};

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** OpenSSL's messages are full of addresses and file names; its reason is the part for people. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
};

/** The codes of TLS: of certificates, of OpenSSL, of bad PEM text. */
export const isTlsCode = (code: string): boolean =>
  code in certificateHints ||
  /^ERR_(SSL|TLS|OSSL)_|^CERT_|^UNABLE_TO_|^CRL_|^INVALID_CA$|SELF_SIGNED/.test(code) ||
  code === 'HOSTNAME_MISMATCH' ||
  code === 'EPROTO';

/** Why no connection came about. */
export function asConnectError(error: unknown, phase: ConnectPhase, target: NodeTarget): NodeError {
  if (error instanceof NodeError) return error;
  const where = addressText(target);
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const code = codeOf(first) || codeOf(error);
  const text = reasonOf(first);
  if (nameCodes.has(code))
    return new NodeError('dns', `the name ${target.host} cannot be resolved (${code})`, {
      hint:
        code === 'EAI_AGAIN'
          ? 'The name service does not answer; check it, or give an IP address.'
          : 'Check the spelling of the host, or map it to an address that can be reached from here.',
      cause: error,
    });
  if (isTlsCode(code) || (phase === 'tls' && target.secure))
    return new NodeError('tls', `${where}: TLS failed: ${text || code}`, {
      hint: certificateHints[code] ?? tlsHint(code),
      cause: error,
    });
  return new NodeError('tcp', `${where}: no connection: ${code || text}`, {
    hint: reachHints[code],
    cause: error,
  });
}

function tlsHint(code: string): string {
  if (code === 'ECONNRESET')
    return 'The server closed the connection during the handshake: does the port speak TLS?';
  if (/ALERT_(HANDSHAKE_FAILURE|CERTIFICATE_REQUIRED|BAD_CERTIFICATE)/.test(code))
    return 'The server refused the handshake: it may ask for a client certificate, or refuse this one.';
  return 'Check that the port speaks TLS, and the CA and certificates.';
}
