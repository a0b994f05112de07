export { emptinessOf, enableQueryLog } from './emptiness.ts';
export { mergeErrors, mergeExecutions } from './executions.ts';
export { type LogServer, normalizes } from './log-columns.ts';
export {
  detailRows,
  detailStatement,
  errorsStatement,
  executionsStatement,
  type GroupsQuestion,
  groupsStatement,
  type LogQuestion,
  type LogStatement,
  shapesStatement,
  sizesStatement,
  trendStatement,
  withShapes,
} from './log-statements.ts';
export { mergeDetail, mergeGroups, mergeTrend, type NodeRows } from './merge-groups.ts';
export {
  killObjection,
  killStatement,
  killTrial,
  parseRunning,
  runningRows,
  runningStatement,
  seenStatement,
} from './running.ts';
export { limited, mayChangeSettings, readonlyStatement } from './statement-limits.ts';
export { type LogWindow, narrowed, parseSizes, windowOf } from './window.ts';
