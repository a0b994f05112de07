import type { IncomingWebhookSendArguments } from '@slack/webhook';
import type { MessageAlert, NotificationMessage } from '../../core/alerting/index.ts';
import { subjectText } from '../../core/alerting/index.ts';

const mostHeader = 150;
const mostSection = 2_900;
const mostShown = 10;

const marks = {
  critical: ':red_circle:',
  high: ':large_orange_circle:',
  warning: ':large_yellow_circle:',
  info: ':large_blue_circle:',
} as const;

const words = {
  firing: 'Firing',
  updated: 'Update',
  repeat: 'Still firing',
  resolved: 'Resolved',
  test: 'Test',
} as const;

/** A message in Slack's Block Kit. Links only: nothing in it changes anything when it is opened. */
export function renderSlackMessage(message: NotificationMessage): IncomingWebhookSendArguments {
  const mark = message.kind === 'resolved' ? ':large_green_circle:' : marks[message.severity];
  const headline = `${words[message.kind]}: ${message.title}`;
  return {
    text: `${escapeSlack(headline)} ${message.link}`,
    unfurl_links: false,
    blocks: [
      {
        type: 'header',
        text: { type: 'plain_text', text: cut(headline, mostHeader), emoji: false },
      },
      ...message.alerts.slice(0, mostShown).map((alert) => ({
        type: 'section',
        text: { type: 'mrkdwn', text: alertText(alert, message.alertCount > 1) },
      })),
      {
        type: 'context',
        elements: [{ type: 'mrkdwn', text: contextText(message, mark) }],
      },
    ],
  };
}

function contextText(message: NotificationMessage, mark: string): string {
  const more = message.alertCount - Math.min(mostShown, message.alerts.length);
  const parts = [
    `${mark} ${message.severity}`,
    ...(more > 0 && message.alertCount > 0 ? [`and ${more} more`] : []),
    message.at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
    link(message.link, 'Open in Castellan'),
  ];
  return parts.join('  |  ');
}

/** What is wrong, what follows from it, and the statement that fixes it. */
function alertText(alert: MessageAlert, named: boolean): string {
  const [first, ...others] = alert.findings;
  const lines = [
    ...(named ? [`*${link(alert.link, alert.title)}*`] : []),
    escapeSlack(first?.message ?? alert.title),
    ...(alert.findingCount > 1 ? [`_and ${alert.findingCount - 1} that follow from it:_`] : []),
    ...others
      .slice(0, 3)
      .map((each) => `• ${escapeSlack(cut(`${each.check} ${subjectText(each.subject)}`, 200))}`),
    ...(alert.acknowledged ? [`Acknowledged by ${escapeSlack(alert.acknowledged.by)}`] : []),
    ...(alert.resolution ? [escapeSlack(alert.resolution)] : []),
  ];
  const fix = first?.fix;
  const text = cut(lines.join('\n'), mostSection - 1_000);
  if (!fix || alert.state === 'resolved') return text;
  // Three backquotes would end the block.
  const sql = cut(escapeSlack(fix.sql), 900).replaceAll('```', "'''");
  return `${text}\nFix (${fix.risk}):\n\`\`\`${sql}\`\`\``;
}

/** Slack reads these three as markup: https://docs.slack.dev/messaging/formatting-message-text */
const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const link = (url: string, text: string): string =>
  `<${url.replaceAll('>', '%3E').replaceAll('|', '%7C')}|${escapeSlack(text).replaceAll('|', '¦')}>`;

/** At most `most` UTF-16 units, without half a character or half an escape at the end. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$|&[a-z]{0,3}$/, '')}…`;
}
