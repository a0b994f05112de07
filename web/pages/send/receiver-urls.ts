/** Ports of OTLP by its specification; those of a server that says otherwise come from `/status`. */
const usual = { http: 4318, grpc: 4317 };

/** Where senders reach the receivers: the host that this page came from, at the receivers' ports. */
export function receiverUrls(
  page: { hostname: string },
  ports: { http?: number | undefined; grpc?: number | undefined } = {},
): { httpUrl: string; grpcUrl: string } {
  return {
    httpUrl: `http://${page.hostname}:${ports.http ?? usual.http}`,
    grpcUrl: `http://${page.hostname}:${ports.grpc ?? usual.grpc}`,
  };
}
