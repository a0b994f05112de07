/**
 * How often a reading is taken: `vitals` every 15 s, `state` every minute, `slow` every five
 * minutes, `parts` when something moved or every half hour, `daily` rarely, `logs` by watermark.
 */
export type Tier = 'vitals' | 'state' | 'slow' | 'parts' | 'daily' | 'logs';

/**
 * How a cell's text (`toString` of the column) is read. `number`: also of DateTime, through
 * `toUnixTimestamp(…)` in the SQL; NaN is undefined. `flag`: a number or a Bool. `texts`: an array.
 */
export type CellKind = 'text' | 'number' | 'flag' | 'texts';

/** One way to compute a column; the first whose columns the server has is taken. */
export interface ColumnSource {
  readonly needs: readonly string[];
  readonly sql: string;
}

export interface ReadingColumn {
  readonly kind: CellKind;
  readonly sources: readonly ColumnSource[];
}

type CellOf<Kind extends CellKind> = Kind extends 'text'
  ? string
  : Kind extends 'number'
    ? number
    : Kind extends 'flag'
      ? boolean
      : readonly string[];

/**
 * One question to one node: which table, which columns, under which conditions. Statements are
 * compiled from it for what the server has, so a missing table or column never fails the rest.
 */
export interface ReadingDefinition<
  Columns extends Readonly<Record<string, ReadingColumn>> = Readonly<Record<string, ReadingColumn>>,
> {
  readonly name: string;
  readonly tier: Tier;
  /** Table in `system`. */
  readonly table: string;
  readonly columns: Columns;
  /**
   * Conditions; each is dropped where the server lacks the columns that it needs. Where rows mean
   * something else without it, let a column that checks rely on need the same.
   */
  readonly where?: readonly ColumnSource[];
  /** Names of `columns` that rows are grouped by; the others then are aggregates. */
  readonly groupBy?: readonly string[];
  /** Conditions on the groups; each is dropped where the server lacks the columns that it needs. */
  readonly having?: readonly ColumnSource[];
  /** What decides which rows are kept where there are more than `limit`. */
  readonly orderBy?: readonly ColumnSource[];
  /** Rows that are read at most; more make the reading `truncated`. Default 1,000. */
  readonly limit?: number;
  /**
   * Readings that are kept, the newest included: for checks that compare with what was before, by
   * `history`. Default 1; at most 60.
   */
  readonly keepSamples?: number;
  /**
   * Of a log table (tier `logs`): only what is new since the last reading is read, by the server's
   * clock and with an overlap for late flushes, and the rows of the last `keepMinutes` are kept.
   * Needs a column `minute` (`logMinute`) and `groupBy` with it: the newest rows of a minute replace
   * those that were there. Bounds of `event_date` and `event_time` are added; do not write them.
   */
  readonly log?: { readonly keepMinutes: number };
  /** What a person can do where the table is absent, such as enabling a log. */
  readonly absent?: string;
  /**
   * A log whose older rows stay in `<table>_0`, `<table>_1`, … after an upgrade: those tables are
   * read as well, where the server has them.
   */
  readonly rotates?: boolean;
}

/** A row of a reading. A cell is undefined where the server lacks the column, or has NULL. */
export type RowOf<Definition extends ReadingDefinition> = {
  readonly [Name in keyof Definition['columns']]:
    | CellOf<Definition['columns'][Name]['kind']>
    | undefined;
};

const column =
  <Kind extends CellKind>(kind: Kind) =>
  (name: string, sql?: string): { readonly kind: Kind; readonly sources: ColumnSource[] } => ({
    kind,
    sources: [{ needs: [name], sql: sql ?? name }],
  });

/** A column of text: `text('database')`, or computed: `text('uuid', 'toString(uuid)')`. */
export const text = column('text');
export const number = column('number');
export const flag = column('flag');
export const texts = column('texts');

/** A column that is computed from several, or in several ways. */
export const computed = <Kind extends CellKind>(
  kind: Kind,
  ...sources: readonly ColumnSource[]
): { readonly kind: Kind; readonly sources: readonly ColumnSource[] } => ({ kind, sources });

/** The minute of a log's row, epoch seconds: the column `minute` of a reading with `log`. */
export const logMinute = computed('number', {
  needs: ['event_time'],
  sql: 'toUnixTimestamp(toStartOfMinute(event_time))',
});

export const defineReading = <const Columns extends Readonly<Record<string, ReadingColumn>>>(
  definition: ReadingDefinition<Columns>,
): ReadingDefinition<Columns> => definition;
