import {
  type AlertRecord,
  clusterSource,
  type Observation,
  ruleSource,
} from '../../core/alerting/index.ts';
import type { Rule } from '../../model/alert/rule-api.ts';
import type { KnownCluster } from './rules/rule-data.ts';

/** Sources of active alerts from which nothing will come any more, and why. */
export function endedSources(
  active: readonly AlertRecord[],
  clusters: readonly KnownCluster[],
  rules: readonly Pick<Rule, 'id' | 'enabled'>[],
): Observation[] {
  const paused = new Map(clusters.map(({ id, paused }) => [clusterSource(id), paused]));
  const enabled = new Map(rules.map((rule) => [ruleSource(rule.id), rule.enabled]));
  const why = (source: string): string | undefined => {
    if (source.startsWith(clusterSource(''))) {
      const isPaused = paused.get(source);
      if (isPaused === undefined) return 'the cluster was removed';
      return isPaused ? 'the cluster was paused' : undefined;
    }
    const isEnabled = enabled.get(source);
    if (isEnabled === undefined) return 'the rule was removed';
    return isEnabled ? undefined : 'the rule was disabled';
  };
  return [...new Set(active.map(({ source }) => source))].flatMap((source) => {
    const ended = why(source);
    return ended === undefined ? [] : [{ source, signals: [], ended }];
  });
}
