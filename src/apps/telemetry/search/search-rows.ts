import { distinctNames, planAnswerFormat } from '../../../core/search/answer-format.ts';
import { parseInstantNs, renderInstant, type TimeRange } from '../../../core/search/instants.ts';
import {
  decodeCursor,
  encodeCursor,
  type RowPlace,
  type SearchCursor,
} from '../../../core/search/search-cursor.ts';
import {
  placeColumns,
  rowsStatement,
  shownStatement,
} from '../../../core/search/search-statement.ts';
import { fractionSearched, intersect, planWindow } from '../../../core/search/time-windows.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type {
  Diagnostic,
  Row,
  SearchLine,
  SearchMeta,
} from '../../../model/telemetry/search-api.ts';
import { type PlannedSearch, rangeOf } from './planned-search.ts';
import { runStatement, type StatementEvent } from './run-statement.ts';
import { type SearchContext, statementLimits } from './search-context.ts';
import { classifyStoreFailure } from './store-failure.ts';
import { readExtent } from './time-extent.ts';

export interface Page {
  readonly limit: number;
  readonly cursor?: string | undefined;
}
type SearchEvent = Exclude<SearchLine, { type: 'error' }>;

/**
 * Searches newest first, window by window, until the page is full, the range is searched, or a
 * limit is reached. Yields rows as they come, progress, and last of all `end`. Throws
 * RequestFailure.
 */
export async function* searchRows(
  context: SearchContext,
  search: PlannedSearch,
  page: Page,
  signal: AbortSignal,
): AsyncGenerator<SearchEvent> {
  const walk = new WindowWalk(context, search, page);
  yield walk.progress();
  // A range of one window gains nothing by knowing where data begins and ends.
  const single = planWindow(walk.range, 0).fromNs === walk.range.fromNs;
  const extent = single ? walk.range : await readExtent(context, search.source, signal);
  const bounded = extent && intersect(walk.range, extent);
  if (bounded) yield* walk.run(bounded, signal);
  yield walk.atEnd();
  yield { type: 'end', meta: walk.meta() };
}

/** The state of one page: how far back it has looked, and what it has found. */
class WindowWalk {
  readonly range: TimeRange;
  readonly #context: SearchContext;
  readonly #search: PlannedSearch;
  readonly #page: Page;
  readonly #startedMs: number;
  readonly #warnings: Diagnostic[];
  /** Everything at or after it has been searched. */
  #searchedToNs: bigint;
  #last: RowPlace | undefined;
  #windows = 0;
  #found = 0;
  #answerBytes = 0;
  #rowsRead = 0;
  #bytesRead = 0;
  #stopped = false;
  #complete = true;

  constructor(context: SearchContext, search: PlannedSearch, page: Page) {
    this.#context = context;
    this.#search = search;
    this.#page = page;
    this.#startedMs = context.now().getTime();
    this.#warnings = [...search.warnings];
    const cursor = page.cursor === undefined ? undefined : readCursor(page.cursor, search);
    this.range = cursor?.range ?? rangeOf(context, search.input);
    this.#last = cursor && 'timeNs' in cursor.after ? cursor.after : undefined;
    const below = cursor && 'beforeNs' in cursor.after ? cursor.after.beforeNs : undefined;
    this.#searchedToNs = this.#last ? this.#last.timeNs + 1n : (below ?? this.range.toNs);
  }

  async *run(bounded: TimeRange, signal: AbortSignal): AsyncGenerator<SearchEvent> {
    if (bounded.toNs < this.#searchedToNs) this.#searchedToNs = bounded.toNs;
    for (let step = 0; !this.#stopped && this.#searchedToNs > bounded.fromNs; step++) {
      const window = planWindow({ fromNs: bounded.fromNs, toNs: this.#searchedToNs }, step);
      yield* this.#searchWindow(window, signal);
      if (this.#stopped) break;
      this.#searchedToNs = window.fromNs;
      this.#windows++;
      if (this.#found >= this.#page.limit && window.fromNs > bounded.fromNs) this.#stop();
      yield this.progress();
    }
  }

  meta(): SearchMeta {
    const { filter, source } = this.#search;
    return {
      sql: shownStatement(source.table, filter, this.range, this.#page.limit),
      explanation: filter.explanation,
      rowsRead: this.#rowsRead,
      bytesRead: this.#bytesRead,
      elapsedMs: this.#elapsedMs(),
      complete: this.#complete,
      cursor: this.#complete ? null : encodeCursor(this.#cursor(), this.#search.input),
      warnings: this.#warnings,
    };
  }

  /** Beyond the first and the last row there is nothing to search: the whole range is done. */
  atEnd(): SearchEvent {
    if (this.#complete) this.#searchedToNs = this.range.fromNs;
    return this.progress();
  }

  async *#searchWindow(window: TimeRange, signal: AbortSignal): AsyncGenerator<SearchEvent> {
    const { filter, source } = this.#search;
    const after = this.#last && window.toNs === this.#last.timeNs + 1n ? this.#last : undefined;
    // One row more than the page holds tells whether there is another page.
    const limit = this.#page.limit - this.#found + 1;
    const query = rowsStatement(source.table, filter, window, {
      limit,
      ...(after ? { after } : {}),
    });
    const timeoutMs = this.#context.limits.searchTimeoutMs - this.#elapsedMs();
    const statement = {
      query,
      params: filter.params,
      ...statementLimits(this.#context, Math.max(1_000, timeoutMs)),
    };
    const before = { rowsRead: this.#rowsRead, bytesRead: this.#bytesRead };
    try {
      let format: ((values: readonly unknown[]) => Row) | undefined;
      for await (const event of runStatement(this.#context, statement, signal)) {
        if (event.kind === 'columns')
          format = planAnswerFormat(
            distinctNames(event.columns.slice(0, source.table.columns.length)),
          );
        else if (event.kind === 'progress') {
          this.#rowsRead = before.rowsRead + event.rowsRead;
          this.#bytesRead = before.bytesRead + event.bytesRead;
          yield this.progress();
        } else if (format) {
          const rows = this.#take(event, format);
          if (rows.length > 0) yield { type: 'rows', rows };
          if (this.#stopped) return;
        }
      }
    } catch (cause) {
      this.#giveWhatThereIs(
        classifyStoreFailure(cause, { text: this.#search.input.where, statement: query }),
      );
    }
    const spent = this.#elapsedMs() > this.#context.limits.searchTimeoutMs;
    if (spent && !this.#stopped && window.fromNs > this.range.fromNs) {
      this.#searchedToNs = window.fromNs;
      this.#stopForTime();
    }
  }

  /** The rows that still fit on the page; stops the walk when one did not. */
  #take(
    event: Extract<StatementEvent, { kind: 'rows' }>,
    format: (values: readonly unknown[]) => Row,
  ): Row[] {
    const rows: Row[] = [];
    for (const [i, values] of event.rows.entries()) {
      const rowBytes = event.rowBytes[i] ?? 0;
      if (this.#found >= this.#page.limit) {
        this.#stop();
        break;
      }
      if (this.#found > 0 && this.#answerBytes + rowBytes > this.#context.limits.answerBytes) {
        this.#warn(
          `The page ends after ${this.#found} rows: an answer may have ${this.#context.limits.answerBytes} bytes.`,
        );
        this.#stop();
        break;
      }
      rows.push(format(values));
      this.#found++;
      this.#answerBytes += rowBytes;
      this.#last = placeOf(values, this.#search);
      this.#searchedToNs = this.#last.timeNs + 1n;
    }
    return rows;
  }

  /** After a time-out, what was found so far is an answer, if there is anything to go on from. */
  #giveWhatThereIs(failure: RequestFailure): void {
    const advanced = this.#found > 0 || this.#windows > 0;
    if (failure.code !== 'timeout' || !advanced) throw failure;
    this.#stopForTime();
  }

  #stopForTime(): void {
    const seconds = this.#context.limits.searchTimeoutMs / 1_000;
    this.#warn(
      `After ${seconds} s the search had looked back to ${renderInstant(this.#searchedToNs)}. Use the cursor to go on, or narrow the search.`,
    );
    this.#stop();
  }

  #stop(): void {
    this.#stopped = true;
    this.#complete = false;
  }

  #warn(message: string): void {
    this.#warnings.push({ message, start: 0, end: 0, severity: 'warning' });
  }

  #cursor(): SearchCursor {
    const at = this.#searchedToNs;
    const after = this.#last && at === this.#last.timeNs + 1n ? this.#last : { beforeNs: at };
    return { range: this.range, after };
  }

  progress(): SearchEvent {
    return {
      type: 'progress',
      rowsRead: this.#rowsRead,
      bytesRead: this.#bytesRead,
      elapsedMs: this.#elapsedMs(),
      searchedTo: renderInstant(this.#searchedToNs),
      fraction: fractionSearched(this.range, this.#searchedToNs),
    };
  }

  #elapsedMs(): number {
    return this.#context.now().getTime() - this.#startedMs;
  }
}

function readCursor(text: string, search: PlannedSearch): SearchCursor {
  const cursor = decodeCursor(text, search.input);
  if (!cursor.ok)
    throw new RequestFailure('invalid_request', `Cannot go on from there: ${cursor.error}.`, {
      details: { field: 'cursor' },
    });
  return cursor.value;
}

/** The place stands behind the answer's columns. */
function placeOf(values: readonly unknown[], search: PlannedSearch): RowPlace {
  const { table } = search.source;
  const place = values.slice(table.columns.length);
  const named = new Map(placeColumns(table).map((name, i) => [name, place[i]]));
  return {
    timeNs: instantOf(String(named.get('Timestamp'))),
    shard: Number(named.get('_shard_num') ?? 0),
    block: BigInt(String(named.get('_block_number'))),
    offset: BigInt(String(named.get('_block_offset'))),
  };
}

function instantOf(text: string): bigint {
  const instant = parseInstantNs(text);
  if (!instant.ok) throw new Error(`The store wrote a time that is none: ${instant.error}`);
  return instant.value;
}
