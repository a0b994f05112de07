import { isIP, isIPv4 } from 'node:net';
import { type Refusal, refuse } from './refusal.ts';

/**
 * In open mode a receiver on loopback answers only to names that mean this machine, so that no
 * foreign name that is made to point here (DNS rebinding) works. An IP address cannot be rebound.
 * Bound to more than loopback it is called by names that it cannot know (services of compose and
 * Kubernetes), so there every name is taken. There is nothing to read on these ports; and as they
 * allow any origin, a web page can write to an open receiver anyway: a password stops both.
 * Undefined where `host` (a Host header or :authority, with or without a port) is good.
 */
export type HostRule = (host: string | undefined) => Refusal | undefined;

/** Names by which containers reach the loopback of the machine that they run on. */
const containerNames = [
  'host.docker.internal',
  'gateway.docker.internal',
  'host.containers.internal',
];

/** Whether a listening address is reachable from this machine only. */
export const isLoopback = (address: string): boolean =>
  address === 'localhost' || address === '::1' || (isIPv4(address) && address.startsWith('127.'));

/** The name in a Host header: lower case, without port and brackets. */
export function hostName(host: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d*)?$/.exec(host);
  const name = bracketed?.[1] ?? host.replace(/:\d*$/, '');
  return name.toLowerCase().replace(/\.$/, '');
}

/** The rule for a receiver bound to `boundTo`. `required` says whether keys are required now. */
export function hostRule(
  boundTo: string,
  ownNames: readonly string[],
  required: () => boolean,
): HostRule {
  const wide = !isLoopback(boundTo);
  const own = new Set([...containerNames, ...ownNames.map(hostName)]);
  return (host) => {
    if (wide || required()) return undefined;
    const name = hostName(host ?? '');
    if (name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0 || own.has(name))
      return undefined;
    return refuse(
      'foreign_host',
      `"${name.slice(0, 100)}" is not a name of this server. Without a password it answers to localhost, IP addresses and the names in CASTELLAN_ALLOWED_HOSTS.`,
    );
  };
}
