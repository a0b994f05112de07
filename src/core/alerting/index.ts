export { acknowledge } from './acknowledge.ts';
export { type AdvanceOptions, advance } from './advance.ts';
export {
  type AlertingState,
  type AlertRecord,
  emptyAlerting,
  type Notification,
  type NotificationKind,
} from './alert-state.ts';
export { firedText, type PastFiring, replayObservations } from './dry-run.ts';
export { judgeRule, type RuleValue, ruleSource, spanText } from './judge-rule.ts';
export { isAtLeast } from './match-alert.ts';
export { missedTimes } from './missed-windows.ts';
export {
  describeNotification,
  type MessageAlert,
  type NotificationMessage,
  testMessage,
} from './notification-message.ts';
export {
  type ClusterFindings,
  clusterSource,
  type EvaluatedRule,
  observeFindings,
  subjectText,
} from './route-finding.ts';
export { findRuleProblems, type KnownNames, type RuleProblem } from './rule-problems.ts';
export {
  earlierByMs,
  greatestCommonDivisor,
  type PastPlan,
  type Points,
  planPast,
  type RowCounts,
  sampleValue,
  searchValue,
} from './rule-windows.ts';
export { searchTextOf, showAlert } from './show-alert.ts';
export type { ClusterName, Observation, Quiet, Signal } from './signal.ts';
