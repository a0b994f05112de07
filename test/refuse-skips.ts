import type { Reporter, TestModule, TestResult } from 'vitest/node';

/**
 * Prints the count in one plain line, and fails a CI run in which a test was skipped: a peer that
 * is missing must be installed, not worked around. What a machine does not allow at all, such as
 * mounting, is skipped with a note that begins with `not possible here`.
 */
export default class RefuseSkips implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((each) =>
      [...each.children.allTests()].map((test) => ({ test, ...noted(test.result()) })),
    );
    const count = (state: string): number => states.filter((each) => each.state === state).length;
    const skipped = states.filter((each) => each.state === 'skipped' || each.state === 'pending');
    console.log(`${count('passed')} passed, ${count('failed')} failed, ${skipped.length} skipped`);
    const filtered = process.argv.some(
      (word) => word === '-t' || word.startsWith('--testNamePattern'),
    );
    for (const { test, note } of skipped)
      if (!filtered) console.error(`skipped: ${test.fullName}${note ? ` (${note})` : ''}`);
    const avoidable = skipped.filter(({ note }) => !note?.startsWith('not possible here'));
    if (process.env.CI && !filtered && (avoidable.length > 0 || states.length === 0))
      process.exitCode = 1;
  }
}

const noted = (result: TestResult): { state: TestResult['state']; note: string | undefined } => ({
  state: result.state,
  note: result.state === 'skipped' ? result.note : undefined,
});
