import type { operations, paths } from './schema.d.ts';

/** What the page calls the shapes of the API. They are those of the generated client. */
type JsonOf<R> = R extends { content: { 'application/json': infer J } } ? J : never;
type Success<R> = R extends { 200: infer A } ? A : R extends { 201: infer A } ? A : never;
type AnswerOf<O> = O extends { responses: infer R } ? JsonOf<Success<R>> : never;
export type DataOf<O> = AnswerOf<O> extends { data: infer D } ? D : never;
export type BodyOf<O> = O extends { requestBody?: { content: { 'application/json': infer B } } }
  ? B
  : never;

type CompileData = DataOf<operations['compile']>;
export type HistogramData = DataOf<operations['histogram']>;
type FacetsData = DataOf<operations['facets']>;
type FieldsData = DataOf<operations['fields']>;
export type ValuesData = DataOf<operations['values']>;
export type TraceData = DataOf<operations['trace']>;
export type ReadyData = DataOf<paths['/api/v1/ready']['get']>;
export type StatusData = DataOf<paths['/api/v1/status']['get']>;
export type SessionData = DataOf<paths['/api/v1/session']['get']>;
export type NewKey = DataOf<paths['/api/v1/keys']['post']>;
export type NewToken = DataOf<paths['/api/v1/tokens']['post']>;

type SearchBody = BodyOf<operations['search']>;
export type ValuesBody = BodyOf<operations['values']>;
export type Source = NonNullable<SearchBody['source']>;
export type Language = NonNullable<SearchBody['language']>;
export type Row = DataOf<operations['search']>['rows'][number];
export type SearchMeta = AnswerOf<operations['search']>['meta'];
export type Diagnostic = CompileData['diagnostics'][number];
export type Facet = FacetsData['facets'][number];
export type Field = FieldsData['fields'][number];
export type IngestionKey = NewKey['key'];
export type ApiToken = NewToken['token'];
export type Part = ReadyData['parts']['store'];

/** Half-open, in UTF-16 units of the query. */
export interface Position {
  readonly start: number;
  readonly end: number;
}

/** A query, all of it said. */
export interface QueryBody {
  readonly source: Source;
  readonly where: string;
  readonly language: Language;
}

/** A query in a window: `from` inclusive, `to` exclusive, RFC 3339. */
export interface RangeBody extends QueryBody {
  readonly from: string;
  readonly to: string;
}

export interface SearchProgress {
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly elapsedMs: number;
  /** How far back the search has looked, and the share of the range, 0..1. */
  readonly searchedTo: string;
  readonly fraction: number;
}

/** A line of the NDJSON answer of POST /search, which OpenAPI cannot describe. */
export type SearchLine =
  | { readonly type: 'rows'; readonly rows: Row[] }
  | ({ readonly type: 'progress' } & SearchProgress)
  | { readonly type: 'end'; readonly meta: SearchMeta }
  | { readonly type: 'error'; readonly error: unknown };
