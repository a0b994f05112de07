import { IngestStartError, type ReceiverKind } from './ingest-options.ts';
import type { ReceiverAddress } from './receiver.ts';

/** The setting of each receiver's port. */
const portSetting: Readonly<Record<ReceiverKind, string>> = {
  http: 'OTLP_HTTP_PORT',
  grpc: 'OTLP_GRPC_PORT',
};

/** Says why a receiver cannot listen, and which setting helps. `code` is Node's. */
export function describeStartFailure(
  kind: ReceiverKind,
  { host, port }: ReceiverAddress,
  code: string | undefined,
  message: string,
): IngestStartError {
  const setting = portSetting[kind];
  switch (code) {
    case 'EADDRINUSE':
      return new IngestStartError(
        setting,
        `Port ${port} on ${host} is used by another program; stop that program, or set ${setting} to another port (0 takes any free one).`,
      );
    case 'EACCES':
    case 'EPERM':
      return new IngestStartError(
        setting,
        `Castellan may not listen on port ${port}; set ${setting} to a port above 1023.`,
      );
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EINVAL':
      return new IngestStartError(
        'CASTELLAN_HOST',
        `${host} is not an address of this machine; set CASTELLAN_HOST to one that is, to 127.0.0.1, or to 0.0.0.0 for all.`,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new IngestStartError(
        'CASTELLAN_HOST',
        `The name "${host}" cannot be resolved; set CASTELLAN_HOST to an address of this machine.`,
      );
    default:
      return new IngestStartError(
        setting,
        `The OTLP/${kind === 'http' ? 'HTTP' : 'gRPC'} receiver could not start: ${message}`,
      );
  }
}
