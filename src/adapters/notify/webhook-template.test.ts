import { expect, test } from 'vitest';
import { message } from './testing/message.ts';
import { checkTemplate, fillTemplate } from './webhook-template.ts';

test('filling: text inside of quotes, values outside', () => {
  const check = (template: string, expected: string) =>
    expect(fillTemplate(template, message)).toBe(expected);
  check('{{kind}}', 'firing');
  check('{{ kind }} {{alertCount}}', 'firing 1');
  check('{{json kind}} {{json alertCount}}', '"firing" 1');
  check('{{alerts.0.findings.1.subject.table}}', 'orders');
  check(
    '{{json alerts.0.findings.1.subject}}',
    '{"database":"shop","table":"orders","node":"ch-1:8123"}',
  );
  check('{{alerts.5.id}} {{json alerts.5.id}}', ' null');
  check('{{title.length}}{{constructor}}{{alerts.length}}', '1');
  check('{{alerts.0.findings.0.fix.sql}}', 'SYSTEM RESTART REPLICA `a```b` -- <x>');
});

test('templates that cannot work are refused', () => {
  const check = (template: string, isJson: boolean, expected: RegExp | undefined) => {
    const checked = checkTemplate(template, isJson);
    if (expected) expect(checked.ok ? 'fine' : checked.error, template).toMatch(expected);
    else expect(checked).toEqual({ ok: true, value: undefined });
  };
  check('{"text": "{{title}}", "n": {{json alertCount}}}', true, undefined);
  check('plain {{title}}', false, undefined);
  check('plain {{title}}', true, /^filled in, it is not JSON/);
  check('{"text": {{title}}}', true, /put \{\{…\}\} inside of quotes/);
  check('{"text": "{{titel}}"}', true, /\{\{titel\}\} leads nowhere; a notification has id, kind/);
  check('{"text": "{{title}"}', true, /is not closed, or not a path/);
  check('{"text": "{{a b}}"}', true, /is not closed, or not a path/);
});
