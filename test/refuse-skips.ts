import type { Reporter, TestModule } from 'vitest/node';

/**
 * Prints the count in one plain line, and fails a CI run in which a test was skipped: a peer that
 * is missing must be installed, not worked around.
 */
export default class RefuseSkips implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((each) =>
      [...each.children.allTests()].map((test) => ({ test, state: test.result().state })),
    );
    const count = (state: string): number => states.filter((each) => each.state === state).length;
    const skipped = states.filter((each) => each.state === 'skipped' || each.state === 'pending');
    console.log(`${count('passed')} passed, ${count('failed')} failed, ${skipped.length} skipped`);
    const filtered = process.argv.some(
      (word) => word === '-t' || word.startsWith('--testNamePattern'),
    );
    if (process.env.CI && !filtered && (skipped.length > 0 || states.length === 0)) {
      for (const { test } of skipped) console.error(`skipped: ${test.fullName}`);
      process.exitCode = 1;
    }
  }
}
