import type { TelemetryTable } from '../../../model/telemetry/tables.ts';
import type { Retention } from './ddl.ts';

const units = [
  ['Day', 86_400_000],
  ['Hour', 3_600_000],
  ['Minute', 60_000],
  ['Second', 1_000],
] as const;

/** How long the rows of a table are kept, in milliseconds; 0 = for ever. */
export function retentionOf(table: TelemetryTable, retention: Retention): number {
  if (table === 'otel_logs') return retention.logsMs;
  if (table === 'otel_traces') return retention.tracesMs;
  return table === 'hyperdx_sessions' ? retention.sessionsMs : retention.metricsMs;
}

/** An interval in the largest unit that expresses it exactly, as ClickStack writes it. */
export function interval(ms: number): string {
  const [unit, size] = units.find(([, size]) => ms % size === 0) ?? ['Second', 1_000];
  return `toInterval${unit}(${Math.max(1, Math.ceil(ms / size))})`;
}

/** The TTL clause as a list of at most one line. */
export const ttlClause = (anchor: string, retentionMs: number): string[] =>
  retentionMs === 0 ? [] : [`TTL ${anchor} + ${interval(retentionMs)}`];

/** What a table's time-to-live is now. */
export type CurrentTtl =
  | { readonly kind: 'none' }
  | { readonly kind: 'simple'; readonly anchor: string; readonly ms: number }
  /** Moves, recompression, conditions, several rules or calendar units: somebody's own work. */
  | { readonly kind: 'compound'; readonly text: string };

/** Reads the TTL out of `system.tables.engine_full`. */
export function parseTtl(engineFull: string): CurrentTtl {
  const clause = /\bTTL\s+(.+?)(?:\s+SETTINGS\s|$)/s.exec(engineFull)?.[1]?.trim();
  if (!clause) return { kind: 'none' };
  const simple = /^(.+) \+ toInterval(Day|Hour|Minute|Second)\((\d+)\)$/s.exec(clause);
  const unit = units.find(([name]) => name === simple?.[2]);
  if (!simple || !unit || /toInterval/.test(simple[1]!)) return { kind: 'compound', text: clause };
  return { kind: 'simple', anchor: simple[1]!, ms: Number(simple[3]) * unit[1] };
}

/** What to do about a table whose time-to-live differs from the configuration. */
export type TtlPlan =
  | { readonly kind: 'keep' }
  | { readonly kind: 'refuse'; readonly why: string }
  | {
      readonly kind: 'alter';
      readonly clause: string;
      /**
       * Rewrites the expiry of stored parts. Only when data is to live longer: when the retention
       * shrinks, parts that exist keep the expiry they were written with.
       */
      readonly materialize: boolean;
    };

/** Decides how to bring a table's TTL to `wantedMs` (0 = for ever). Pure. */
export function planTtl(current: CurrentTtl, anchor: string, wantedMs: number): TtlPlan {
  if (current.kind === 'compound')
    return {
      kind: 'refuse',
      why: `its TTL "${current.text}" is more than one plain interval, so it was left alone; change it by hand`,
    };
  const nowMs = current.kind === 'none' ? 0 : current.ms;
  if (nowMs === wantedMs) return { kind: 'keep' };
  if (wantedMs === 0) return { kind: 'alter', clause: 'REMOVE TTL', materialize: true };
  const kept = current.kind === 'simple' ? current.anchor : anchor;
  return {
    kind: 'alter',
    clause: `MODIFY TTL ${kept} + ${interval(wantedMs)}`,
    materialize: nowMs !== 0 && wantedMs > nowMs,
  };
}
