import type { Logger } from '../../../../base/log.ts';

/** For tests that look at outcomes, not at lines. */
export const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };
