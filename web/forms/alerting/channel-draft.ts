import type { Channel, ChannelBody, ChannelChange } from '../../api/alert-shapes.ts';
import type { FleetSeverity } from '../../api/fleet-shapes.ts';

export type ChannelKind = Channel['kind'];

/** What is typed into the form of a channel. Secrets of a saved one are empty: they stay. */
export interface ChannelDraft {
  readonly kind: ChannelKind;
  readonly name: string;
  readonly minSeverity: FleetSeverity;
  readonly enabled: boolean;
  readonly url: string;
  /** `Name: value`, one to a line. */
  readonly headers: string;
  readonly signingKey: string;
  readonly template: string;
  readonly host: string;
  readonly port: string;
  readonly secure: boolean;
  readonly username: string;
  readonly password: string;
  readonly from: string;
  /** One to a line. */
  readonly to: string;
}

export const kindNames: Readonly<Record<ChannelKind, string>> = {
  slack: 'Slack',
  webhook: 'Webhook',
  email: 'E-mail',
};

export const emptyChannel = (kind: ChannelKind): ChannelDraft => ({
  kind,
  name: kindNames[kind],
  minSeverity: 'warning',
  enabled: true,
  url: '',
  headers: '',
  signingKey: '',
  template: '',
  host: '',
  port: '587',
  secure: false,
  username: '',
  password: '',
  from: '',
  to: '',
});

/** What is told of a saved channel. `target` of e-mail is `host:port`. */
export function channelDraftOf(channel: Channel): ChannelDraft {
  const [, host = '', port = '587'] = /^(?:\w+:\/\/)?(.*?)(?::(\d+))?$/.exec(channel.target) ?? [];
  return {
    ...emptyChannel(channel.kind),
    name: channel.name,
    minSeverity: channel.minSeverity,
    enabled: channel.enabled,
    template: channel.template ?? '',
    from: channel.from ?? '',
    to: (channel.to ?? []).join('\n'),
    ...(channel.kind === 'email' ? { host, port, secure: port === '465' } : {}),
  };
}

const linesOf = (text: string): string[] =>
  text
    .split(/[\n,;]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** `Name: value` lines; what has no colon is a name without a value, which the server refuses. */
function headersOf(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.includes(':') ? line.indexOf(':') : line.length;
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
}

const shared = ({ name, minSeverity, enabled }: ChannelDraft) => ({
  name: name.trim(),
  minSeverity,
  enabled,
});

const said = <Name extends string>(name: Name, value: string): { [K in Name]?: string } =>
  (value.trim() === '' ? {} : { [name]: value }) as { [K in Name]?: string };

const emailOf = (draft: ChannelDraft) => ({
  kind: 'email' as const,
  ...shared(draft),
  host: draft.host.trim(),
  port: Number(draft.port),
  secure: draft.secure,
  username: draft.username.trim(),
  from: draft.from.trim(),
  to: linesOf(draft.to),
});

/** The channel that a draft describes. What is wrong with it, the server says. */
export function channelBody(draft: ChannelDraft): ChannelBody {
  if (draft.kind === 'email') return { ...emailOf(draft), password: draft.password };
  const url = draft.url.trim();
  if (draft.kind === 'slack') return { kind: 'slack', ...shared(draft), url };
  return {
    kind: 'webhook',
    ...shared(draft),
    url,
    headers: headersOf(draft.headers),
    ...said('signingKey', draft.signingKey),
    ...said('template', draft.template),
  };
}

/** What replaces a saved channel: secrets that were not typed anew stay as they are. */
export function channelChange(draft: ChannelDraft): ChannelChange {
  if (draft.kind === 'email') return { ...emailOf(draft), ...said('password', draft.password) };
  const url = said('url', draft.url.trim());
  if (draft.kind === 'slack') return { kind: 'slack', ...shared(draft), ...url };
  return {
    kind: 'webhook',
    ...shared(draft),
    ...url,
    ...(draft.headers.trim() === '' ? {} : { headers: headersOf(draft.headers) }),
    ...said('signingKey', draft.signingKey),
    ...said('template', draft.template),
  };
}
