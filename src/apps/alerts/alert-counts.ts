import type { RuleSource } from '../../model/alert/rule-api.ts';

/** What was done since the start; whoever does it counts it. */
export interface AlertCounts {
  /** Messages that a channel took, and those that were given up, by the channel's name. */
  readonly sent: Tally;
  readonly failed: Tally;
  /** Evaluations of rules, and those without an answer, by what the rule looks at. */
  readonly evaluations: Tally<RuleSource['kind']>;
  readonly unanswered: Tally<RuleSource['kind']>;
}

/** How often something was, by name. */
export class Tally<Name extends string = string> {
  readonly #counts: Map<Name, number>;

  /** `names`: those that are told before they were ever counted. */
  constructor(names: readonly Name[] = []) {
    this.#counts = new Map(names.map((name) => [name, 0]));
  }

  add(name: Name, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  entries(): readonly (readonly [Name, number])[] {
    return [...this.#counts];
  }
}

const kinds = ['finding', 'sample', 'sql', 'search'] as const;

export const startCounting = (): AlertCounts => ({
  sent: new Tally(),
  failed: new Tally(),
  evaluations: new Tally(kinds),
  unanswered: new Tally(kinds),
});
