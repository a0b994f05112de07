import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Rule } from '../check.ts';
import { replicationChecks } from '../checks/replication/replication-checks.ts';
import { caseStartMs } from '../testing/check-case.ts';
import { observeSituation } from '../testing/observe-case.ts';
import { ruleHolds } from './condition.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { findingId } from './finding-id.ts';
import type { HealthState } from './health-state.ts';
import { idleRule, nextRuleState, type Patience, type RuleState } from './rule-state.ts';

const holds = fc.constantFrom(true, false, undefined);
const steps = fc.array(fc.record({ afterMs: fc.integer({ min: 1, max: 120_000 }), holds }), {
  maxLength: 60,
});
const patience: fc.Arbitrary<Patience> = fc.record({
  open: fc.integer({ min: 1, max: 4 }),
  close: fc.integer({ min: 1, max: 4 }),
  holdMs: fc.integer({ min: 0, max: 300_000 }),
});

interface Seen {
  readonly atMs: number;
  readonly holds: boolean | undefined;
  readonly state: RuleState;
}
function walk(
  all: readonly { afterMs: number; holds: boolean | undefined }[],
  how: Patience,
): Seen[] {
  let atMs = 0;
  let state = idleRule;
  return all.map((step) => {
    atMs += step.afterMs;
    state = JSON.parse(JSON.stringify(nextRuleState(state, step.holds, atMs, how)));
    return { atMs, holds: step.holds, state };
  });
}

test('a rule opens only after as many samples in a row, over as long a time', () => {
  fc.assert(
    fc.property(steps, patience, (all, how) => {
      const seen = walk(all, how);
      for (const [place, { state, atMs }] of seen.entries()) {
        if (!state.open || (place > 0 && seen[place - 1]!.state.open)) continue;
        const held = seen.slice(0, place + 1).reverse();
        const until = held.findIndex(
          (each) => each.holds !== true || (each !== held[0] && each.state.open),
        );
        const row = until < 0 ? held : held.slice(0, until);
        expect(row.length).toBeGreaterThanOrEqual(how.open);
        expect(atMs - row.at(-1)!.atMs).toBeGreaterThanOrEqual(how.holdMs);
      }
    }),
  );
});

test('a rule closes only after as many samples in a row that say so: no flapping', () => {
  fc.assert(
    fc.property(steps, patience, (all, how) => {
      const seen = walk(all, how);
      for (const [place, { state }] of seen.entries()) {
        if (place === 0 || state.open || !seen[place - 1]!.state.open) continue;
        const said = seen.slice(0, place + 1).filter((each) => each.holds !== undefined);
        expect(said.slice(-how.close).map((each) => each.holds)).toEqual(
          Array.from({ length: how.close }, () => false),
        );
      }
      const turns = seen.filter(
        ({ state }, place) => state.open !== (seen[place - 1]?.state.open ?? false),
      ).length;
      expect(turns).toBeLessThanOrEqual(Math.ceil((2 * seen.length) / (how.open + how.close)) + 1);
    }),
  );
});

test('hysteresis only ever keeps open what would close', () => {
  const rule: Rule = {
    severity: 'warning',
    all: [{ value: 'x', is: 'above', than: 5 }],
    keep: [{ value: 'x', is: 'above', than: 3 }],
    source: '',
    message: () => '',
  };
  fc.assert(
    fc.property(fc.option(fc.integer({ min: 0, max: 8 }), { nil: undefined }), (x) => {
      const item = { subject: {}, values: { x } };
      expect(ruleHolds(rule, item, false)).toBe(x === undefined ? undefined : x > 5);
      expect(ruleHolds(rule, item, true)).toBe(x === undefined ? undefined : x > 3);
    }),
  );
});

test('ids of findings are stable, and differ where subjects differ', () => {
  const subject = fc.record(
    { node: fc.string(), database: fc.string(), table: fc.string(), object: fc.string() },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(subject, subject, (a, b) => {
      const same = (['node', 'database', 'table', 'object'] as const).every(
        (part) => a[part] === b[part],
      );
      expect(findingId('c', { ...a }) === findingId('c', { ...b })).toBe(same);
    }),
  );
});

const replica = fc.record({
  database: fc.constantFrom('d', 'e'),
  table: fc.constantFrom('t', "o'clock"),
  isReadonly: fc.boolean(),
  isSessionExpired: fc.boolean(),
  queueSize: fc.integer({ min: 0, max: 600 }),
  absoluteDelaySeconds: fc.constantFrom(0, 61, 301, 3_601, 1_790_000_000),
  partsToCheck: fc.integer({ min: 0, max: 30 }),
});
const rounds = fc.array(
  fc.record({
    replicas: fc.array(replica, { maxLength: 4 }),
    misses: fc.constantFrom(0, 0, 0, 1, 2, 3),
    afterMs: fc.constantFrom(0, 15_000, 60_000, 300_000),
  }),
  { maxLength: 12 },
);

test('evaluation is deterministic, its state survives JSON, and its findings hold together', () => {
  const checks = replicationChecks.filter(
    ({ needs }) => needs.length > 0 && needs.every(({ reading }) => reading.name === 'replicas'),
  );
  const run = (all: typeof rounds extends fc.Arbitrary<infer T> ? T : never, json: boolean) => {
    let previous: HealthState | undefined;
    let nowMs = caseStartMs;
    return all.map(({ replicas, misses, afterMs }): Evaluation => {
      nowMs += afterMs;
      const unreachable = { layer: 'tcp', message: 'refused', sinceMs: nowMs, misses } as const;
      const node = { rows: { replicas }, ...(misses > 0 && { unreachable }) };
      const cluster = observeSituation(checks[0]!, { node }, nowMs);
      const result = evaluate({ previous, cluster, marks: [], nowMs, checks });
      previous = json ? JSON.parse(JSON.stringify(result.state)) : result.state;
      return result;
    });
  };
  fc.assert(
    fc.property(rounds, (all) => {
      const results = run(all, false);
      expect(run(all, true)).toEqual(results);
      for (const { findings, outcomes, coverage } of results) {
        const ids = findings.map((each) => each.id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(outcomes).toHaveLength(checks.length);
        expect(coverage.answered).toBeLessThanOrEqual(coverage.total);
        for (const { check, outcome } of outcomes)
          if (outcome === 'ok') expect(findings.filter((each) => each.check === check)).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
});
