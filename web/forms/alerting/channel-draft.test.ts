import { expect, test } from 'vitest';
import type { Channel } from '../../api/alert-shapes.ts';
import {
  type ChannelDraft,
  type ChannelKind,
  channelBody,
  channelChange,
  channelDraftOf,
  emptyChannel,
} from './channel-draft.ts';

const draft = (kind: ChannelKind, more: Partial<ChannelDraft> = {}) => ({
  ...emptyChannel(kind),
  ...more,
});
const shared = { minSeverity: 'warning', enabled: true };

test('what was typed, as a channel', () => {
  const check = (typed: ChannelDraft, expected: object) =>
    expect(channelBody(typed)).toEqual(expected);
  check(draft('slack', { url: ' https://hooks.example.com/x ' }), {
    kind: 'slack',
    name: 'Slack',
    ...shared,
    url: 'https://hooks.example.com/x',
  });
  check(draft('webhook', { url: 'https://a', headers: 'authorization: Bearer a:b\nx' }), {
    kind: 'webhook',
    name: 'Webhook',
    ...shared,
    url: 'https://a',
    headers: { authorization: 'Bearer a:b', x: '' },
  });
  check(draft('email', { host: 'smtp', from: 'a@b.c', to: 'd@e.f, g@h.i\n', password: 'p' }), {
    kind: 'email',
    name: 'E-mail',
    ...shared,
    host: 'smtp',
    port: 587,
    secure: false,
    username: '',
    password: 'p',
    from: 'a@b.c',
    to: ['d@e.f', 'g@h.i'],
  });
});

test('an edit leaves secrets alone that were not typed anew', () => {
  const secrets = (change: object) =>
    ['url', 'password', 'headers', 'signingKey'].filter((name) => name in change);
  const check = (typed: ChannelDraft, expected: readonly string[]) =>
    expect(secrets(channelChange(typed))).toEqual(expected);
  check(draft('slack'), []);
  check(draft('slack', { url: 'https://a' }), ['url']);
  check(draft('webhook'), []);
  check(draft('webhook', { headers: 'a: b', signingKey: 'k' }), ['headers', 'signingKey']);
  check(draft('email', { host: 'smtp' }), []);
  check(draft('email', { password: 'p' }), ['password']);
});

test('a saved channel as a draft', () => {
  const saved = {
    kind: 'email',
    name: 'mail',
    enabled: false,
    minSeverity: 'info',
    target: 'smtp.example.com:465',
    from: 'a@b.c',
    to: ['d@e.f', 'g@h.i'],
  } as unknown as Channel;
  expect(channelDraftOf(saved)).toMatchObject({
    kind: 'email',
    enabled: false,
    host: 'smtp.example.com',
    port: '465',
    secure: true,
    to: 'd@e.f\ng@h.i',
    password: '',
  });
});
