import { z } from 'zod';
import { limitSettings } from './limit-setting.ts';
import { AddressRange, durationMs, list, whole } from './value-kinds.ts';

const dayMs = 86_400_000;
const setting = limitSettings('alert', 'alerts', 'Alerts');

const sending = {
  alertAllowedNetworks: setting(
    list(
      z.union([AddressRange, z.literal('any')]),
      'an address, a network such as 10.0.0.0/8, loopback, or any',
    ),
    {
      name: 'allowed networks',
      default: '',
      unit: 'list',
      doc: 'Private networks that messages of alerts may go to: addresses, networks, loopback, or any. Public addresses are allowed always, and so is where SLACK_WEBHOOK_URL leads.',
      whenReached: 'The message is refused before a connection is made.',
    },
  ),
  alertDeliveryTimeoutMs: setting(durationMs(100, 600_000), {
    name: 'delivery timeout',
    default: '10s',
    unit: 'duration',
    doc: 'How long a channel may take to accept one message.',
    whenReached: 'The attempt has failed; the next one follows.',
  }),
  alertDeliveryAttempts: setting(whole(1, 1_000), {
    name: 'delivery attempts',
    default: '20',
    unit: 'number',
    doc: 'Attempts to deliver a message, with growing pauses of up to ten minutes.',
    whenReached: 'It counts as failed, and the next message of the channel is sent.',
  }),
  alertQueue: setting(whole(10, 1_000_000), {
    name: 'queue',
    default: '1000',
    unit: 'number',
    doc: 'Messages that may wait for one channel.',
    whenReached: 'Further ones are in the delivery log as failed.',
  }),
  alertDigestFrom: setting(whole(2, 10_000), {
    name: 'digest from',
    default: '5',
    unit: 'number',
    doc: 'From this many alerts of one check and cluster that begin or end at the same moment, they make one message.',
  }),
};

const keeping = {
  alertHistoryMs: setting(durationMs(dayMs, 3_650 * dayMs), {
    name: 'history',
    default: '400d',
    unit: 'duration',
    doc: 'How long alerts that are over, and silences, are kept.',
    whenReached: 'Older ones are removed.',
  }),
  alertDeliveryLogMs: setting(durationMs(dayMs, 3_650 * dayMs), {
    name: 'delivery log',
    default: '30d',
    unit: 'duration',
    doc: 'How long the log of deliveries is kept.',
    whenReached: 'Older entries are removed.',
  }),
};

const evaluating = {
  alertRules: setting(whole(1, 100_000), {
    name: 'rules',
    default: '500',
    unit: 'number',
    doc: 'Rules, and likewise channels, silences and maintenance windows, that can be made.',
    whenReached: 'The next one is refused with 422.',
  }),
  alertRuleTimeoutMs: setting(durationMs(100, 600_000), {
    name: 'rule timeout',
    default: '10s',
    unit: 'duration',
    doc: 'How long one statement of a rule may take.',
    whenReached:
      'The rule has no answer this time: its alerts stay as they are, and the rule says why.',
  }),
  alertDryRunTimeoutMs: setting(durationMs(1_000, 3_600_000), {
    name: 'dry run timeout',
    default: '30s',
    unit: 'duration',
    doc: 'How long a dry run may take.',
    whenReached: 'The answer covers what was looked at until then, and says so.',
  }),
  alertDryRunStatements: setting(whole(1, 100_000), {
    name: 'dry run statements',
    default: '168',
    unit: 'number',
    doc: 'Statements that a dry run of a SQL rule may send to a cluster: one for each moment that it looks at.',
    whenReached: 'It looks at fewer moments, evenly spread, and says so.',
  }),
  alertDryRunRows: setting(whole(1, Number.MAX_SAFE_INTEGER), {
    name: 'dry run rows',
    default: '1000000000',
    unit: 'number',
    doc: 'Rows that a cluster may read for a dry run.',
    whenReached: 'The answer covers what was looked at until then, and says so.',
  }),
};

/** The settings of alerts and their channels. */
export const AlertSettings = z.object({ ...sending, ...keeping, ...evaluating });
