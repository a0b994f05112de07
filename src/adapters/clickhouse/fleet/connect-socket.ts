import type { X509Certificate } from 'node:crypto';
import { isIP, type LookupFunction, connect as tcpConnect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { type buildConnector, errors } from 'undici';
import { asConnectError, connectTimeout } from './connect-failure.ts';
import { sharedLookup } from './host-lookup.ts';
import type { NodeTarget } from './node-target.ts';

/** How far a connection got. */
export type ConnectPhase = 'dns' | 'tcp' | 'tls';

/** What TLS showed of the server. */
export interface ServerCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly expiresMs: number;
}

export interface ConnectOptions {
  readonly target: NodeTarget;
  readonly connectMs: number;
  /** Called with each certificate that was accepted. */
  readonly onCertificate: (certificate: ServerCertificate) => void;
  /** Default: the system's, asked once for all nodes of a host. */
  readonly lookup?: LookupFunction;
}

const usedBefore = new WeakSet<Error>();

/** Whether the connection that failed with this error had carried an answer before. */
export const brokeAfterUse = (error: unknown): boolean =>
  error instanceof Error &&
  (usedBefore.has(error) ||
    (error instanceof errors.SocketError && (error.socket?.bytesRead ?? 0) > 0));

const rememberUse = (error: Error, bytesRead: number): void => {
  if (bytesRead > 0) usedBefore.add(error);
};

/** Opens sockets for undici and says in which step one failed: name, TCP or TLS. */
export function socketConnector(options: ConnectOptions): buildConnector.connector {
  return (_request, callback) => {
    const { target, connectMs } = options;
    let phase: ConnectPhase = isIP(target.host) ? 'tcp' : 'dns';
    let socket: ReturnType<typeof tcpConnect>;
    try {
      socket = open(target, options.lookup ?? sharedLookup);
    } catch (error) {
      callback(asConnectError(error, 'tls', target), null);
      return;
    }
    const settle = (error: Error | null): void => {
      clearTimeout(timer);
      socket.removeListener('error', settle);
      if (error) {
        socket.on('error', () => socket.destroy());
        socket.destroy();
        callback(asConnectError(error, phase, target), null);
        return;
      }
      if (target.secure) reportCertificate(socket, options.onCertificate);
      socket.prependListener('error', (broken) => rememberUse(broken, socket.bytesRead));
      callback(null, socket);
    };
    const timer = setTimeout(() => settle(connectTimeout(target, phase, connectMs)), connectMs);
    socket
      .setNoDelay(true)
      .once('lookup', (error) => {
        if (!error) phase = 'tcp';
      })
      .once('connect', () => {
        phase = 'tls';
      })
      .once(target.secure ? 'secureConnect' : 'connect', () => settle(null))
      .on('error', settle);
  };
}

/** No TLS session is resumed, so that each connection shows the certificate of now. */
function open(target: NodeTarget, lookup: LookupFunction): ReturnType<typeof tcpConnect> {
  const { host, port, tls } = target;
  if (!target.secure) return tcpConnect({ host, port, lookup });
  const servername = tls?.serverName ?? (isIP(host) ? undefined : host);
  return tlsConnect({
    host,
    port,
    lookup,
    ALPNProtocols: ['http/1.1'],
    ...(servername === undefined ? {} : { servername }),
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls?.certificate === undefined ? {} : { cert: tls.certificate }),
    ...(tls?.key === undefined ? {} : { key: tls.key }),
  });
}

function reportCertificate(socket: object, report: (certificate: ServerCertificate) => void): void {
  if (!('getPeerX509Certificate' in socket)) return;
  const read = socket.getPeerX509Certificate as () => X509Certificate | undefined;
  const certificate = read.call(socket);
  if (certificate)
    report({
      subject: certificate.subject,
      issuer: certificate.issuer,
      expiresMs: Date.parse(certificate.validTo),
    });
}
