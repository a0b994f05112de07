import {
  failedReadings,
  gapReading,
  type Panel,
  parseAnswer,
  planPanel,
} from '../../../core/health/index.ts';
import type { PanelData } from '../../../model/fleet/panel-api.ts';
import type { Reading } from '../../../model/fleet/reading.ts';
import { asNodeFailure } from '../collect/node-error-facts.ts';
import type { NodeWatch } from '../collect/node-watch.ts';
import { showNodeReading } from '../show-reading.ts';

export interface PanelLimits {
  /** How long an answer is shown to whoever looks: many viewers cost what one does. */
  readonly keptMs: number;
  /** How long a node may take, with the wait for its turn. */
  readonly timeoutMs: number;
  /** Nodes that are asked for one panel at most. */
  readonly nodes: number;
}

/** Answers of one node that are kept at most. */
const keptLimit = 50;

interface Kept {
  readonly atMs: number;
  readonly answer: Promise<Reading>;
}

/** Asks nodes what a page shows, while somebody looks at it. */
export class PanelReader {
  readonly #limits: PanelLimits;
  readonly #kept = new WeakMap<NodeWatch, Map<string, Kept>>();

  constructor(limits: PanelLimits) {
    this.#limits = limits;
  }

  /** The panel of these nodes. `about` tells the subjects of one panel apart. */
  async read(panel: Panel, watches: readonly NodeWatch[], about = ''): Promise<PanelData> {
    const asked = this.chosen(panel, watches);
    const nodes = await Promise.all(
      asked.map(async (watch) => showNodeReading(watch, await this.of(panel, watch, about))),
    );
    const { title, none, reading } = panel;
    const unasked = panel.asks === 'one' ? 0 : watches.length - asked.length;
    return { name: reading.name, title, none, nodes, unasked };
  }

  /** One node's rows; undefined where the collector has not read them yet. */
  async of(panel: Panel, watch: NodeWatch, about: string): Promise<Reading | undefined> {
    const { name } = panel.reading;
    if (panel.asks === 'kept') return watch.memory.readings.get(name)?.at(-1);
    const kept = this.#kept.get(watch) ?? new Map<string, Kept>();
    this.#kept.set(watch, kept);
    const key = JSON.stringify([name, about]);
    const there = kept.get(key);
    if (there && Date.now() - there.atMs < this.#limits.keptMs) return there.answer;
    const answer = this.#ask(panel, watch);
    kept.delete(key);
    kept.set(key, { atMs: Date.now(), answer });
    answer.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (oldest !== undefined && kept.size > keptLimit) kept.delete(oldest);
    return answer;
  }

  /** The nodes that are asked, of those that are meant. */
  chosen(panel: Panel, watches: readonly NodeWatch[]): readonly NodeWatch[] {
    if (panel.asks === 'kept') return watches;
    if (panel.asks === 'all') return watches.slice(0, this.#limits.nodes);
    const first = watches.find(({ node }) => node.online) ?? watches[0];
    return first ? [first] : [];
  }

  async #ask(panel: Panel, watch: NodeWatch): Promise<Reading> {
    const missing = (reason: 'error' | 'pending', detail: string) =>
      gapReading(panel.reading.name, { reason, detail }, Date.now());
    const { unreachable, capabilities } = watch.observation();
    if (unreachable) return missing('error', unreachable.message);
    if (!capabilities) return missing('pending', 'It was not read yet.');
    const planned = planPanel(panel, capabilities, Date.now());
    if ('gap' in planned) return planned.gap;
    const { statement } = planned;
    const patience = AbortSignal.timeout(this.#limits.timeoutMs);
    try {
      const { rows } = await watch.questions.ask({
        kind: 'page',
        sql: statement.sql,
        signal: patience,
      });
      return parseAnswer(statement, rows, Date.now())[0]!;
    } catch (error) {
      if (patience.aborted)
        return missing('error', `No answer within ${this.#limits.timeoutMs / 1_000} s.`);
      const failure = asNodeFailure(error);
      const facts = { code: failure.code ?? 0, message: failure.message };
      const { username } = watch.client.target;
      return failedReadings(statement, facts, Date.now(), username)[0]!;
    }
  }
}
