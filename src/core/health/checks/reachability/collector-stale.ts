import { measured, type NodeCheck, notApplicable } from '../../check.ts';
import { durationText } from '../../wording.ts';

/** A node that answers, but of which there is nothing new. */
export const collectorStale: NodeCheck = {
  id: 'collector-stale',
  number: 8,
  title: 'The collector is behind',
  group: 'reachability',
  dimension: 'configuration',
  scope: 'node',
  offline: true,
  needs: [],
  samples: { open: 1, close: 1 },
  measure: ({ unreachable, vitals, nowMs, intervalMs }) => {
    if (unreachable) return notApplicable('The node cannot be reached.');
    if (!vitals) return notApplicable('The node has not been read yet.');
    return measured([
      {
        subject: {},
        values: {
          ageSeconds: (nowMs - vitals.atMs) / 1_000,
          allowedSeconds: (10 * intervalMs('vitals')) / 1_000,
        },
      },
    ]);
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'ageSeconds', is: 'above', than: { value: 'allowedSeconds' } }],
      source: 'guideline: ten intervals of the vitals',
      message: (item) =>
        `The newest sample is ${durationText(Number(item.values.ageSeconds))} old, though the node was not found unreachable.`,
    },
  ],
  explanation: 'What is shown of the node is old, and its other checks are unknown.',
  causes: [
    'The machine that Castellan runs on is overloaded or was asleep',
    'The clock of that machine was set',
  ],
  proof: {
    kind: 'rows',
    reason: 'It is about Castellan itself, not about a server: the age of samples is all there is.',
  },
};
