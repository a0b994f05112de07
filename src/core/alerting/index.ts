export { acknowledge } from './acknowledge.ts';
export { advance } from './advance.ts';
export {
  type AlertingState,
  type AlertRecord,
  emptyAlerting,
  type Notification,
} from './alert-state.ts';
export { firedText, replayObservations } from './dry-run.ts';
export { judgeRule, type RuleValue, ruleSource } from './judge-rule.ts';
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
export { findRuleProblems, type RuleProblem } from './rule-problems.ts';
export {
  earlierByMs,
  greatestCommonDivisor,
  planPast,
  type SampleSlice,
  type SampleSlices,
  sampleValue,
  searchValue,
} from './rule-windows.ts';
export { searchTextOf, showAlert } from './show-alert.ts';
export type { Observation, Quiet } from './signal.ts';
