import type { AlertMatch } from '../../api/alert-shapes.ts';

/** What a silence or a rule fits, in words: `check replica-lag, cluster shop, table events`. */
export function matchText({ cluster, check, minSeverity, subject, labels }: AlertMatch): string {
  const parts = [
    check === undefined ? [] : [`check ${check}`],
    cluster === undefined ? [] : [cluster === '*' ? 'every cluster' : `cluster ${cluster}`],
    minSeverity === undefined ? [] : [`${minSeverity} or worse`],
    Object.entries(subject ?? {}).flatMap(([part, value]) =>
      value === undefined ? [] : [`${part} ${value}`],
    ),
    Object.entries(labels ?? {}).map(([key, value]) => `label ${key}=${value}`),
  ].flat();
  return parts.length === 0 ? 'everything' : parts.join(', ');
}
