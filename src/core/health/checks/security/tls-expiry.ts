import { type Measured, measured, type NodeCheck, notApplicable, type Rule } from '../../check.ts';
import { certificates } from '../../readings/server-facts.ts';
import { whyMissing } from '../../readings/why-missing.ts';
import { durationText } from '../../wording.ts';

const day = 86_400;
const notSeen = 'The server is reached without TLS and names no certificate of its own.';

const rule = (severity: Rule['severity'], days: number): Rule => ({
  severity,
  all: [{ value: 'secondsLeft', is: 'below', than: days * day }],
  source: 'yandex/ch-tools: 30 and 10 days',
  message: ({ subject, values }) =>
    Number(values.secondsLeft) < 0
      ? `The certificate ${subject.object} ended ${durationText(-Number(values.secondsLeft))} ago.`
      : `The certificate ${subject.object} ends in ${durationText(Number(values.secondsLeft))}.`,
});

/** Certificates of a server that end soon: those it is configured with, and the one it showed. */
export const tlsExpiry: NodeCheck = {
  id: 'tls-expiry',
  number: 102,
  title: 'A certificate ends soon',
  group: 'security',
  dimension: 'availability',
  scope: 'node',
  needs: [],
  uses: [certificates],
  measure(node) {
    const configured = node.optionalRows(certificates);
    const shown = node.certificate;
    if (!configured && !shown)
      return node.capabilities?.denied.has(certificates.table)
        ? whyMissing([node], [certificates])
        : notApplicable(notSeen);
    const items = (configured ?? []).map(
      (row): Measured => ({
        subject: { object: row.path },
        values: { secondsLeft: row.secondsLeft, subject: row.subject },
      }),
    );
    if (shown) {
      const secondsLeft = Math.round((shown.expiresMs - node.nowMs) / 1_000);
      const values = { secondsLeft, subject: shown.subject };
      items.push({ subject: { object: `of ${node.node.id}` }, values });
    }
    return items.length > 0 ? measured(items) : notApplicable(notSeen);
  },
  rules: [rule('critical', 10), rule('warning', 30)],
  explanation: 'Clients, replicas and Keeper refuse a connection whose certificate has ended.',
  causes: [
    'The certificate is not renewed by itself',
    'It was renewed, but the server still has the old one',
  ],
  fix: () => ({
    sql: 'SYSTEM RELOAD CONFIG',
    risk: 'safe',
    note: 'Renew the certificate first; the server then takes the new file without a restart.',
  }),
  proof: { kind: 'fault' },
};
