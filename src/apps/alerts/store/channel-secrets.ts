import { ChannelBody } from '../../../model/alert/channel-api.ts';

/** What of a channel is sealed. */
export interface Secrets {
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signingKey?: string;
  readonly password?: string;
}

/** A channel without its secrets. */
export interface OpenSettings {
  readonly kind: ChannelBody['kind'];
  readonly name: string;
  readonly enabled: boolean;
  readonly minSeverity: ChannelBody['minSeverity'];
  readonly [more: string]: unknown;
}

const secretNames = ['url', 'headers', 'signingKey', 'password'] as const;

/** Takes a channel apart into what may lie open and what is sealed. */
export function splitSecrets(body: ChannelBody): { settings: OpenSettings; secrets: Secrets } {
  const entries = Object.entries(body);
  const isSecret = (name: string) => (secretNames as readonly string[]).includes(name);
  return {
    settings: Object.fromEntries(entries.filter(([name]) => !isSecret(name))) as OpenSettings,
    secrets: Object.fromEntries(entries.filter(([name]) => isSecret(name))) as Secrets,
  };
}

export const joinSecrets = (settings: OpenSettings, secrets: Secrets): ChannelBody =>
  ChannelBody.parse({ ...settings, ...secrets });
