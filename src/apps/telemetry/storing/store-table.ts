import { unlink } from 'node:fs/promises';
import type { StoreError } from '../../../adapters/clickhouse/store.ts';
import type { DeadLetters } from '../../../adapters/spool/dead-letters.ts';
import type { SealedSegment } from '../../../adapters/spool/sealed-segment.ts';
import type { PlacedPart } from '../../../adapters/spool/segment-state.ts';
import type { Logger } from '../../../base/log.ts';
import type { DeadLetter } from '../../../model/telemetry/dead-letter.ts';
import type { SpooledTable } from '../../../model/telemetry/spooled-tables.ts';
import {
  insertPastViews,
  insertWhole,
  type SegmentStore,
  type ViewFailures,
} from './insert-range.ts';

/** Rows that the store has taken just now. */
export interface StoredRows {
  readonly table: SpooledTable;
  readonly rows: number;
}

export interface StoreParts {
  readonly store: SegmentStore;
  readonly deadLetters: DeadLetters;
  readonly logger: Logger;
  readonly views: ViewFailures;
  readonly now: () => number;
  readonly onStored: (stored: StoredRows) => void;
  /** The segment needs many inserts from here on. */
  readonly onCornering: (segment: SealedSegment) => void;
  readonly onDead: (segment: SealedSegment) => void;
}

/** The dead letters have reached their size limit: the segment waits. */
export class DeadLettersFull extends Error {
  constructor(table: SpooledTable) {
    super(
      `the store rejects rows of ${table}, and the dead letters have reached their size limit: replay or delete some`,
    );
    this.name = 'DeadLettersFull';
  }
}

/** Inserts that one table of one segment may lose to finding the requests that are rejected. */
const maxRejections = 1_000;

/** ClickHouse counts the rows of the insert from 1. */
const violatedRow = /is violated at row (\d+)/;
const maxMisled = 4;

/**
 * Stores one table of a segment. Where the store rejects it, halves are tried until the requests
 * that cause it are found; these become dead letters. Each decision is in the journal before the
 * next insert, so that a start goes the same way again with the same tokens.
 * Throws when the store is unavailable, and DeadLettersFull.
 */
export async function storeTable(
  segment: SealedSegment,
  table: SpooledTable,
  parts: StoreParts,
  signal: AbortSignal,
): Promise<void> {
  const damaged = segment.recovered ? await segment.damagedParts(table) : new Set<number>();
  const cornered = segment.ranges.some((range) => range.table === table);
  if (damaged.size > 0 || cornered) {
    await new Cornering(segment, table, parts, signal, damaged).run();
  } else {
    const rows = segment.tables.get(table)?.rows ?? 0;
    const insert = { table, path: segment.dataPath(table), rows, token: segment.token(table) };
    const { store, views, logger } = parts;
    const rejection = await insertWhole(store, insert, views, logger, signal);
    if (rejection) await new Cornering(segment, table, parts, signal, damaged).run(rejection);
    else parts.onStored({ table, rows });
  }
  await segment.mark([{ t: 'stored', table }], false);
}

/** The search for what the store rejects in one table of one segment. */
class Cornering {
  readonly #segment: SealedSegment;
  readonly #table: SpooledTable;
  readonly #with: StoreParts;
  readonly #signal: AbortSignal;
  readonly #damaged: ReadonlySet<number>;
  #parts: readonly PlacedPart[] = [];
  #rejections = 0;
  #misled = 0;

  constructor(
    segment: SealedSegment,
    table: SpooledTable,
    parts: StoreParts,
    signal: AbortSignal,
    damaged: ReadonlySet<number>,
  ) {
    this.#segment = segment;
    this.#table = table;
    this.#with = parts;
    this.#signal = signal;
    this.#damaged = damaged;
  }

  /** `rejection` is why the whole file was rejected, where that was tried just now. */
  async run(rejection?: StoreError): Promise<void> {
    this.#with.onCornering(this.#segment);
    this.#parts = await this.#segment.parts(this.#table);
    await this.#settle(0, this.#parts.length, rejection);
  }

  async #settle(lo: number, hi: number, known?: StoreError): Promise<void> {
    if (this.#is('piece', lo, hi) || this.#is('dead', lo, hi)) return;
    let middle = this.#splitOf(lo, hi);
    if (middle === undefined) {
      middle = lo + Math.floor((hi - lo) / 2);
      if (this.#hasDamage(lo, hi)) {
        if (hi - lo === 1) return this.#bury(lo, hi, 'damaged', undefined);
      } else {
        const rejection = known ?? (await this.#insert(lo, hi));
        if (!rejection) return this.#stored(lo, hi);
        this.#rejections += 1;
        if (await this.#mayBeStored()) return this.#bury(lo, hi, 'uncertain', rejection);
        if (hi - lo === 1 || this.#rejections > maxRejections)
          return this.#bury(lo, hi, 'rejected', rejection);
        middle = this.#hint(lo, hi, rejection) ?? middle;
      }
      await this.#segment.mark([{ t: 'split', table: this.#table, lo, hi, at: middle }], true);
    }
    await this.#settle(lo, middle);
    await this.#settle(middle, hi);
  }

  #splitOf(lo: number, hi: number): number | undefined {
    for (const range of this.#segment.ranges)
      if (range.t === 'split' && range.table === this.#table && range.lo === lo && range.hi === hi)
        return range.at;
    return undefined;
  }

  /**
   * Where to split so that the row that the error names is at the edge: two splits single its
   * request out. Errors that name none, or have misled, leave it at halves.
   */
  #hint(lo: number, hi: number, rejection: StoreError): number | undefined {
    const row = Number(violatedRow.exec(rejection.message)?.[1] ?? Number.NaN);
    if (Number.isNaN(row) || this.#misled > maxMisled) return undefined;
    let rows = 0;
    for (let index = lo; index < hi; index += 1) {
      rows += this.#parts[index]?.rows ?? 0;
      if (row > rows) continue;
      // A right hint is followed by one that names the first request of what remains.
      if (index > lo) this.#misled += 1;
      else this.#misled = 0;
      return Math.max(index, lo + 1);
    }
    return undefined;
  }

  #is(kind: 'piece' | 'dead', lo: number, hi: number): boolean {
    return this.#segment.ranges.some(
      (range) =>
        range.t === kind && range.table === this.#table && range.lo === lo && range.hi === hi,
    );
  }

  #hasDamage(lo: number, hi: number): boolean {
    for (const index of this.#damaged) if (index >= lo && index < hi) return true;
    return false;
  }

  #isWhole(lo: number, hi: number): boolean {
    return lo === 0 && hi === this.#parts.length;
  }

  #token(lo: number, hi: number): string {
    const segment = this.#segment;
    return this.#isWhole(lo, hi)
      ? segment.token(this.#table)
      : segment.pieceToken(this.#table, lo, hi);
  }

  #rows(lo: number, hi: number): number {
    return this.#parts.slice(lo, hi).reduce((sum, part) => sum + part.rows, 0);
  }

  async #insert(lo: number, hi: number): Promise<StoreError | undefined> {
    const table = this.#table;
    const whole = this.#isWhole(lo, hi);
    const path = whole
      ? this.#segment.dataPath(table)
      : await this.#segment.cutPiece(table, this.#parts, lo, hi);
    const insert = { table, path, rows: this.#rows(lo, hi), token: this.#token(lo, hi) };
    try {
      return await insertPastViews(this.#with.store, insert, this.#signal);
    } finally {
      if (!whole) await unlink(path);
    }
  }

  async #stored(lo: number, hi: number): Promise<void> {
    const table = this.#table;
    await this.#segment.mark([{ t: 'piece', table, lo, hi }], true);
    this.#with.onStored({ table, rows: this.#rows(lo, hi) });
  }

  /**
   * A rejection says that the rows are not in the store, unless an earlier try was cut off and the
   * table was changed since: that try may have stored what is rejected now.
   */
  async #mayBeStored(): Promise<boolean> {
    const { tried, unsure } = this.#segment;
    if (!unsure || !tried) return false;
    const tables = await this.#with.store.definitions(0);
    return [this.#table, `${this.#table}_local`].some((name) => tables[name] !== tried[name]);
  }

  async #bury(
    lo: number,
    hi: number,
    cause: DeadLetter['cause'],
    rejection: StoreError | undefined,
  ): Promise<void> {
    const table = this.#table;
    const token = this.#token(lo, hi);
    const { deadLetters, logger, now, onDead } = this.#with;
    const error =
      rejection?.message ?? 'The bytes on disk are not those that were acknowledged (checksum).';
    const kept = await deadLetters.write(
      {
        token,
        signal: this.#segment.signal,
        table,
        parts: this.#parts.slice(lo, hi),
        dataPath: this.#segment.dataPath(table),
        cause,
        code: rejection?.clickhouseCode,
        error,
      },
      now(),
    );
    if (!kept) throw new DeadLettersFull(table);
    await this.#segment.mark([{ t: 'dead', table, lo, hi, id: token }], true);
    logger.error('dead_letter_written', {
      id: token,
      table,
      cause,
      rows: this.#rows(lo, hi),
      error,
    });
    onDead(this.#segment);
  }
}
