import { createHash } from 'node:crypto';
import type { SpoolRequest } from '../../../../adapters/spool/spool.ts';
import { decodeOtlp } from '../../../../core/otlp/index.ts';

/** A request of log records whose bodies are `ids`; `atMs` is their time. */
export function logRequest(ids: readonly string[], atMs = Date.now(), keyId = 'key'): SpoolRequest {
  const bytes = new TextEncoder().encode(
    JSON.stringify({
      resourceLogs: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
          scopeLogs: [
            {
              logRecords: ids.map((id) => ({
                timeUnixNano: `${Math.floor(atMs)}000000`,
                severityText: 'INFO',
                body: { stringValue: id },
                eventName: id,
              })),
            },
          ],
        },
      ],
    }),
  );
  const decoded = decodeOtlp('logs', bytes, {
    encoding: 'json',
    arrivalNs: BigInt(Math.floor(atMs)) * 1_000_000n,
    severityInference: false,
    jsonBodyExpansion: false,
  });
  if (!decoded.ok) throw new Error(decoded.error.message);
  return {
    signal: 'logs',
    keyId,
    digest: createHash('sha256').update(bytes).digest(),
    blocks: decoded.value.blocks,
  };
}
