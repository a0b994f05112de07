import type { Check, Rule } from '../check.ts';
import type { CheckCase } from './check-case.ts';
import type { Loss } from './observe-case.ts';
import { differenceOf, runCase, runSituation } from './run-case.ts';

export { type CheckCase, caseStartMs, type NodeCase } from './check-case.ts';

/**
 * Proves a check by cases of recorded rows, and the cases by damaging the check. Throws with
 * everything that is wrong:
 *
 * 1. Each case gives what it expects once all hold times have passed.
 * 2. There is a case in which all is well (`expected: []`); every finding of the other cases clears
 *    once that is the situation. A case clears into the `[]` case with as many nodes as it has, so
 *    give one for each number of nodes that you use.
 * 3. Take away any one condition of any rule, any `keep`, or a whole rule: some case fails. So each
 *    condition needs a case in which it alone keeps the rule from firing, and each `keep` a case
 *    with `first`.
 * 4. Take away from a firing case the table, the right, or a declared column of a need: the check is
 *    unknown (or not applicable, where `absent` says so). Take away any other column, a reading of
 *    `uses`, or all vitals: it may still fire, or say that it cannot tell, but it is never ok.
 *
 * How a check is proven beyond that is told by its `proof`: `fault` where a test under test/fleet
 * makes the fault on real servers (and names the check's id), `sql` where its readings are executed
 * over seeded tables on a real engine, `rows` (with a reason) where neither is possible.
 * docs/checks.md is generated from it.
 *
 *     test('replica lag', () =>
 *       proveCheck(replicaLag, [
 *         { name: 'well', node: { rows: { replicas: [row()] } }, expected: [] },
 *         { name: 'late', node: { rows: { replicas: [row({ absoluteDelaySeconds: 90 })] } },
 *           expected: [{ severity: 'warning', subject: { table: 't' } }] },
 *       ]));
 */
export function proveCheck(check: Check, cases: readonly CheckCase[]): void {
  const problems = [
    ...wrongCases(check, cases),
    ...notClearing(check, cases),
    ...survivingMutants(check, cases),
    ...notMissed(check, cases),
  ];
  if (problems.length > 0) throw new Error(`${check.id}:\n- ${problems.join('\n- ')}`);
}

const firing = (given: CheckCase): boolean =>
  typeof given.expected === 'object' && given.expected.length > 0;

const wrongCases = (check: Check, cases: readonly CheckCase[]): string[] =>
  cases.flatMap((given) => {
    const difference = differenceOf(given, runCase(check, given));
    return difference === undefined ? [] : [`case "${given.name}": ${difference}`];
  });

function notClearing(check: Check, cases: readonly CheckCase[]): string[] {
  return cases.filter(firing).flatMap((given) => {
    const well = cases.find((each) => isWell(each) && sizeOf(each) === sizeOf(given));
    if (!well) return [`there is no case of ${sizeOf(given)} node(s) in which all is well`];
    const after = runSituation(check, well, runCase(check, given));
    return after.findings.length === 0 ? [] : [`what "${given.name}" found does not clear`];
  });
}

const isWell = (given: CheckCase): boolean => given.expected.length === 0 && !given.first;
const sizeOf = (given: CheckCase): number => given.nodes?.length ?? 1;

function survivingMutants(check: Check, cases: readonly CheckCase[]): string[] {
  return mutantsOf(check).flatMap(([what, mutant]) =>
    cases.every((given) => differenceOf(given, runCase(mutant, given)) === undefined)
      ? [`no case fails without ${what}`]
      : [],
  );
}

/** The check with one thing less, and what that is. */
function mutantsOf(check: Check): (readonly [string, Check])[] {
  const withRules = (rules: readonly Rule[]): Check => ({ ...check, rules });
  const replaced = (place: number, rule: Rule): Check =>
    withRules(check.rules.map((each, other) => (other === place ? rule : each)));
  return check.rules.flatMap((rule, place) => {
    const name = `rule ${place + 1} (${rule.severity})`;
    const conditions = rule.all.map((condition, which) => {
      const rest = rule.all.filter((_, other) => other !== which);
      return [
        `the condition "${condition.value} ${condition.is}" of ${name}`,
        replaced(place, { ...rule, all: rest }),
      ] as const;
    });
    const { keep, ...unkept } = rule;
    const kept = keep ? [[`the keep of ${name}`, replaced(place, unkept)] as const] : [];
    const without = withRules(check.rules.filter((_, other) => other !== place));
    return [...conditions, ...kept, [name, without] as const];
  });
}

function notMissed(check: Check, cases: readonly CheckCase[]): string[] {
  return cases.filter(firing).flatMap((given) =>
    lossesOf(check).flatMap(({ loss, expected }) => {
      const { outcomes } = runCase(check, given, loss);
      const what = [loss.how, loss.reading, loss.column].filter(Boolean).join(' ');
      return outcomes.flatMap(({ node, outcome }) => {
        const wrong = expected ? outcome !== expected : outcome === 'ok' && fires(given, node);
        return wrong
          ? [`"${given.name}" without ${what} is ${outcome}${expected ? `, not ${expected}` : ''}`]
          : [];
      });
    }),
  );
}

/** Whether a case has a finding on a node (or does not say on which). */
const fires = (given: CheckCase, node: string): boolean =>
  typeof given.expected === 'object' &&
  given.expected.some(({ subject }) => (subject?.node ?? node) === node || node === '') &&
  (sizeOf(given) === 1 ||
    node === '' ||
    given.expected.some((each) => each.subject?.node === node));

interface ExpectedLoss {
  readonly loss: Loss;
  /** Absent: anything but ok. */
  readonly expected?: 'unknown' | 'not_applicable';
}

function lossesOf(check: Check): readonly ExpectedLoss[] {
  const offline = check.offline === true;
  const needed = check.needs.flatMap(({ reading, columns, absent }): ExpectedLoss[] => {
    const all = Object.keys(reading.columns);
    const declared = columns ?? all;
    return [
      { loss: { reading: reading.name, how: 'table' }, expected: absent },
      { loss: { reading: reading.name, how: 'grant' }, expected: 'unknown' },
      ...all.map((column): ExpectedLoss => {
        const loss = { reading: reading.name, how: 'column', column } as const;
        return declared.includes(column) ? { loss, expected: 'unknown' } : { loss };
      }),
    ];
  });
  const used = (check.uses ?? []).flatMap((reading): ExpectedLoss[] => [
    { loss: { reading: reading.name, how: 'table' } },
    { loss: { reading: reading.name, how: 'grant' } },
  ]);
  const vitals: ExpectedLoss[] = offline ? [] : [{ loss: { how: 'vitals' } }];
  return [...needed, ...used, ...vitals];
}
