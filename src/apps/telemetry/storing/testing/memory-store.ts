import { readFileSync } from 'node:fs';
import { type SegmentInsert, StoreError } from '../../../../adapters/clickhouse/store.ts';
import type { SegmentStore } from '../insert-range.ts';

/**
 * A store that keeps lines of text, de-duplicates by token and rejects what it is told to: the
 * engine's contract in a few lines, so that every place where a process can die is visited.
 */
export class MemoryStore {
  readonly lines = new Map<string, string[]>();
  readonly tokens = new Set<string>();
  inserts = 0;
  poison: (line: string) => boolean = () => false;
  /** What the row number in its errors is worth. */
  rowHint: 'right' | 'wrong' | 'none' = 'none';
  away = false;
  definition = 'one';
  /** At this insert the process dies: before or after the store has taken it. */
  dies: { readonly at: number; readonly when: 'before' | 'after' } | undefined;
  onDeath: () => void = () => undefined;

  /** The store as one process sees it: a dead process sees nothing any more. */
  process(): SegmentStore {
    const life = { over: false };
    return {
      insertSegment: (segment) => (life.over ? forever() : this.#insert(segment, life)),
      definitions: () => (life.over ? forever() : this.#definitions()),
    };
  }

  async #insert({ table, path, token }: SegmentInsert, life: { over: boolean }): Promise<void> {
    this.inserts += 1;
    const dying = this.dies?.at === this.inserts ? this.dies.when : undefined;
    if (dying === 'before') return this.#die(life);
    if (this.away) throw new StoreError('unavailable', 'the store does not answer');
    const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
    const bad = lines.findIndex(this.poison);
    if (bad >= 0)
      throw new StoreError('content', `Constraint c${this.#hint(bad, lines.length)}`, {
        clickhouseCode: 469,
      });
    if (!this.tokens.has(`${table} ${token}`)) {
      this.tokens.add(`${table} ${token}`);
      this.lines.set(table, [...(this.lines.get(table) ?? []), ...lines]);
    }
    if (dying === 'after') return this.#die(life);
  }

  async #definitions(): Promise<Record<string, string>> {
    if (this.away) throw new StoreError('unavailable', 'the store does not answer');
    return { otel_logs: this.definition, hyperdx_sessions: this.definition };
  }

  sorted(table: string): string[] {
    return [...(this.lines.get(table) ?? [])].sort();
  }

  #hint(bad: number, count: number): string {
    if (this.rowHint === 'none') return ' is violated';
    return ` is violated at row ${this.rowHint === 'right' ? bad + 1 : count - bad}`;
  }

  #die(life: { over: boolean }): Promise<never> {
    life.over = true;
    this.onDeath();
    return forever();
  }
}

const forever = (): Promise<never> => new Promise(() => undefined);
