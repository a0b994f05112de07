/** What a person reads on the terminal when everything has started. */
export function renderBanner(
  version: string,
  url: string,
  mode: 'open' | 'password',
  otlp: { grpc: number; http: number } | undefined = undefined,
): string[] {
  return [
    '',
    `  Castellan ${version} is up.`,
    '',
    `  Page       ${url}`,
    ...(otlp
      ? [`  OTLP/gRPC  http://localhost:${otlp.grpc}`, `  OTLP/HTTP  http://localhost:${otlp.http}`]
      : []),
    ...(mode === 'open'
      ? ['', '  No password is set: whoever reaches these ports may read and write.']
      : []),
    '',
    '  castellan demo sends some telemetry. Ctrl-C stops the server.',
    '',
  ];
}
