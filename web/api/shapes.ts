/** What the page calls the shapes of the API. */
export type Source = 'logs' | 'traces';
export type Language = 'lucene' | 'sql';
export type Row = Record<string, unknown>;
export interface Position {
  start: number;
  end: number;
}
export interface Diagnostic extends Position {
  message: string;
  severity: 'error' | 'warning' | 'info';
}
export interface QueryBody {
  source: Source;
  where: string;
  language: Language;
}
export interface RangeBody extends QueryBody {
  from: string;
  to: string;
}
export interface SearchMeta {
  sql: string;
  explanation: string;
  rowsRead: number;
  bytesRead: number;
  elapsedMs: number;
  complete: boolean;
  cursor: string | null;
  warnings: Diagnostic[];
}
export interface SearchProgress {
  rowsRead: number;
  bytesRead: number;
  elapsedMs: number;
  searchedTo: string;
  fraction: number;
}
export type SearchLine =
  | { type: 'rows'; rows: Row[] }
  | ({ type: 'progress' } & SearchProgress)
  | { type: 'end'; meta: SearchMeta }
  | { type: 'error'; error: unknown };
export interface CompileData {
  sql: string;
  params: Record<string, unknown>;
  explanation: string;
  diagnostics: Diagnostic[];
}
export interface HistogramData {
  intervalMs: number;
  series: { name: string; points: [string, number][] }[];
  total: number;
}
export interface FacetsData {
  facets: { field: string; values: { value: string; count: number }[]; sampled: boolean }[];
}
export type Facet = FacetsData['facets'][number];
export interface FieldsData {
  fields: { name: string; type: string; indexed: boolean }[];
}
export type Field = FieldsData['fields'][number];
export interface ValuesData {
  values: { value: string; count?: number }[];
}
export interface TraceData {
  spans: Row[];
  logs: Row[];
  complete: boolean;
}
export interface IngestionKey {
  id: string;
  name: string;
  hint: string;
  createdAt: string;
  lastUsedAt: string | null;
  previousSecretUntil: string | null;
  revokedAt: string | null;
  recordsPerSecond: number | null;
  bytesPerSecond: number | null;
  counters: { requests: number; records: number; bytes: number; refused: number };
}
export interface ApiToken {
  id: string;
  name: string;
  hint: string;
  createdAt: string;
  lastUsedAt: string | null;
}
export interface SessionData {
  mode: 'open' | 'password';
  authenticated: boolean;
}
export interface Part {
  status: 'ok' | 'starting' | 'degraded' | 'unavailable' | 'full' | 'draining';
  detail?: string;
}
export interface ReadyData {
  status: 'ready' | 'not_ready';
  parts: { store: Part; spool: Part; otlpHttp: Part; otlpGrpc: Part };
}
