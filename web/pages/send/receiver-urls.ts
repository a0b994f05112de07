import type { StatusData } from '../../api/shapes.ts';

/** Ports of OTLP by its specification, until the server has said its own. */
const usual = { otlpHttp: 4318, otlpGrpc: 4317 };

/** Where senders reach the receivers: the host that this page came from, at the receivers' ports. */
export function receiverUrls(
  hostname: string,
  receivers: StatusData['receivers'] | undefined,
): { httpUrl: string; grpcUrl: string } {
  const url = (name: 'otlpHttp' | 'otlpGrpc') =>
    `http://${hostname}:${receivers?.[name].port ?? usual[name]}`;
  return { httpUrl: url('otlpHttp'), grpcUrl: url('otlpGrpc') };
}
