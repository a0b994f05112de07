import {
  type MessageAlert,
  type NotificationMessage,
  subjectText,
} from '../../core/alerting/index.ts';

const words = {
  firing: 'FIRING',
  updated: 'UPDATE',
  repeat: 'STILL FIRING',
  resolved: 'RESOLVED',
  test: 'TEST',
} as const;

/** Subject and plain text of an e-mail. Line breaks in a title do not begin a header. */
export function renderEmail(message: NotificationMessage): { subject: string; text: string } {
  const more = message.alertCount - message.alerts.length;
  const subject = `[${words[message.kind]}] ${message.severity}: ${message.title}`;
  const parts = [
    ...message.alerts.map((alert) => alertText(alert, message.alertCount > 1)),
    ...(more > 0 ? [`and ${more} more alerts`] : []),
    `${message.at}\n${message.link}`,
  ];
  return {
    subject: subject.replace(/[\r\n\0]+/g, ' ').slice(0, 250),
    text: `${message.title}\n\n${parts.join('\n\n')}\n`,
  };
}

function alertText(alert: MessageAlert, linked: boolean): string {
  const [first, ...others] = alert.findings;
  const lines = [
    alert.title,
    first?.message ?? '',
    `since ${alert.since}${alert.resolvedAt ? `, over since ${alert.resolvedAt}` : ''}`,
    ...(alert.findingCount > 1 ? [`and ${alert.findingCount - 1} that follow from it:`] : []),
    ...others.map((each) => `- ${each.check} ${subjectText(each.subject)}`),
    ...(first?.fix && alert.state !== 'resolved'
      ? [`Fix (${first.fix.risk}):`, first.fix.sql]
      : []),
    ...(linked ? [alert.link] : []),
  ];
  return lines.filter((line) => line !== '').join('\n');
}
