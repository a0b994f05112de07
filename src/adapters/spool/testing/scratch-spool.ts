import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../../../base/log.ts';
import type { TelemetryTable } from '../../../model/telemetry/tables.ts';
import type { SpoolRequest } from '../spool.ts';
import { defaultSpoolOptions, type SpoolOptions } from '../spool-options.ts';

/** A folder that is gone after the test. */
export function scratchFolder(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'castellan-spool-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A logger that keeps its lines. */
export function keepingLogger(): Logger & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const write =
    (level: string) =>
    (event: string, fields: Readonly<Record<string, unknown>> = {}) => {
      lines.push({ level, event, fields });
    };
  return {
    lines,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}

/** Limits that no test meets by accident; `more` narrows them. */
export const spoolOptions = (folder: string, more: Partial<SpoolOptions> = {}): SpoolOptions => ({
  ...defaultSpoolOptions,
  diskMinFreeBytes: 0,
  folder,
  ...more,
});

/** A request with one block of plain text for each table; equal texts make equal requests. */
export function textRequest(
  text: string,
  tables: readonly TelemetryTable[] = ['otel_logs'],
  keyId = 'key',
): SpoolRequest {
  return {
    signal: tables[0]?.startsWith('otel_metrics') ? 'metrics' : 'logs',
    keyId,
    digest: createHash('sha256').update(text).digest(),
    blocks: tables.map((table) => ({ table, rows: 1, bytes: Buffer.from(`${text}\n`) })),
  };
}
