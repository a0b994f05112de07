import { type ApiFailure, asFailure, isAbort } from '../../api/failure.ts';
import { streamSearch } from '../../api/search.ts';
import type { RangeBody, Row, SearchMeta, SearchProgress } from '../../api/shapes.ts';

export interface FeedState {
  readonly rows: readonly Row[];
  readonly status: 'idle' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: SearchProgress | undefined;
  /** Of the last page that ended. */
  readonly meta: SearchMeta | undefined;
  readonly failure: ApiFailure | undefined;
  /** `performance.now()` when the page under way was asked for. */
  readonly startedMs: number;
  /** Sums over all pages. */
  readonly rowsRead: number;
  readonly bytesRead: number;
}

/** Rows asked for at once; further pages follow by cursor as the table is scrolled. */
const pageRows = 200;

const initial: FeedState = {
  rows: [],
  status: 'idle',
  progress: undefined,
  meta: undefined,
  failure: undefined,
  startedMs: 0,
  rowsRead: 0,
  bytesRead: 0,
};

/**
 * The rows of one search, page by page, as they stream in. Holds what is shown; subscribers are
 * told at most once a frame.
 */
export class SearchFeed {
  readonly body: RangeBody;
  #state = initial;
  #abort: AbortController | undefined;
  #frame: number | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(body: RangeBody) {
    this.body = body;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): FeedState => this.#state;

  /** The first page, from nothing. */
  readonly start = (): void => {
    this.#state = initial;
    void this.#page(undefined);
  };

  /** The next page, if there is one and none is under way. After a failure: the same page again. */
  readonly more = (): void => {
    const { status, meta } = this.#state;
    if (status === 'running' || status === 'idle') return;
    if (meta === undefined) this.start();
    else if (meta.cursor !== null) void this.#page(meta.cursor);
  };

  /** Stops the query in the store too: closing the request cancels it. What arrived stays. */
  readonly cancel = (): void => {
    this.#abort?.abort();
    if (this.#state.status === 'running') this.#set({ status: 'cancelled', progress: undefined });
  };

  readonly dispose = (): void => {
    this.#abort?.abort();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  };

  async #page(cursor: string | undefined): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#set({ status: 'running', failure: undefined, startedMs: performance.now() });
    const before = this.#state.rows;
    try {
      const body = { ...this.body, limit: pageRows, ...(cursor === undefined ? {} : { cursor }) };
      for await (const line of streamSearch(body, abort.signal)) {
        if (abort.signal.aborted) return;
        if (line.type === 'rows') this.#set({ rows: [...this.#state.rows, ...line.rows] });
        else if (line.type === 'progress') this.#set({ progress: line });
        else this.#end(line.meta);
      }
    } catch (error) {
      if (isAbort(error) || abort.signal.aborted) return;
      // Rows of a page that broke off would come again with the next try.
      const rows = cursor === undefined ? this.#state.rows : before;
      this.#set({ rows, status: 'failed', failure: asFailure(error), progress: undefined });
    }
  }

  #end(meta: SearchMeta): void {
    this.#set({
      status: 'done',
      meta,
      progress: undefined,
      rowsRead: this.#state.rowsRead + meta.rowsRead,
      bytesRead: this.#state.bytesRead + meta.bytesRead,
    });
  }

  #set(change: Partial<FeedState>): void {
    this.#state = { ...this.#state, ...change };
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      for (const listener of this.#listeners) listener();
    });
  }
}
