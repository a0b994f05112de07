import type { ChannelBody, ChannelChange } from '../../../model/alert/channel-api.ts';
import { RequestFailure } from '../../../model/api/failure.ts';

/**
 * The channel after a change. Secrets that are left out stay, but never for another target: whoever
 * may change a channel could else have them sent to a server of their own. Throws a RequestFailure.
 */
export function changedChannel(before: ChannelBody, change: ChannelChange): ChannelBody {
  if (change.kind === 'slack' && before.kind === 'slack')
    return { ...change, url: change.url ?? before.url };
  if (change.kind === 'email' && before.kind === 'email') {
    const moved = change.host !== before.host || change.port !== before.port;
    if (moved && change.password === undefined && before.password !== '') throw again('password');
    return { ...change, password: change.password ?? before.password };
  }
  if (change.kind === 'webhook' && before.kind === 'webhook') {
    const moved = change.url !== undefined && hostOf(change.url) !== hostOf(before.url);
    const { signingKey, headers, url, ...rest } = change;
    if (moved && headers === undefined && Object.keys(before.headers).length > 0)
      throw again('headers');
    if (moved && signingKey === undefined && before.signingKey !== undefined)
      throw again('signingKey');
    const key = signingKey === undefined ? before.signingKey : (signingKey ?? undefined);
    return {
      ...rest,
      url: url ?? before.url,
      headers: headers ?? before.headers,
      ...(key === undefined ? {} : { signingKey: key }),
    };
  }
  throw new RequestFailure('invalid_request', `body.kind: the channel is of kind ${before.kind}`, {
    hint: 'Make another channel.',
  });
}

const hostOf = (url: string): string => new URL(url).origin;

const again = (field: string) =>
  new RequestFailure(
    'invalid_request',
    `body.${field}: enter it again, because the target changes`,
  );
