import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { DeliveryError } from './delivery-error.ts';

/** Addresses that messages may go to, beside public ones. */
export interface AddressPolicy {
  /** Addresses, networks, `loopback`, or `any`. */
  readonly allowed: readonly string[];
  /** Resolves a name to all of its addresses. Default: the system's resolver. */
  readonly resolve?: (host: string) => Promise<readonly { address: string; family: number }[]>;
}

export interface CheckedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

const resolveAll = (host: string) => lookup(host, { all: true, verbatim: true });

/**
 * Resolves `host` once and checks each address. Whoever connects uses these addresses and does not
 * resolve again, so that a name cannot change its meaning in between. Throws a DeliveryError when
 * one of them must not be reached.
 */
export async function checkAddresses(
  host: string,
  policy: AddressPolicy,
): Promise<readonly CheckedAddress[]> {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const found =
    isIP(bare) > 0 ? [{ address: bare, family: isIP(bare) }] : await resolved(bare, policy);
  for (const { address } of found)
    if (!isAllowed(address, policy.allowed)) throw refusal(bare, address);
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}

async function resolved(host: string, { resolve = resolveAll }: AddressPolicy) {
  const found = await resolve(host).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    throw new DeliveryError(`the name ${host} cannot be resolved (${code ?? 'DNS'})`, {
      retryable: true,
      hint: 'Check the spelling, and the name server of this machine.',
      cause,
    });
  });
  if (found.length > 0) return found;
  throw new DeliveryError(`the name ${host} has no address`, { retryable: true });
}

const refusal = (host: string, address: string): DeliveryError =>
  new DeliveryError(
    host === address
      ? `${address} is not a public address`
      : `${host} leads to ${address}, which is not a public address`,
    {
      retryable: false,
      hint: 'Messages go into private networks only where ALERT_ALLOWED_NETWORKS names them, for example ALERT_ALLOWED_NETWORKS=10.0.0.0/8,loopback.',
    },
  );

/** Whether an address is public, or in one of the allowed ranges. */
export function isAllowed(address: string, allowed: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  const meant = parsed instanceof ipaddr.IPv6 ? embeddedIn(parsed) : parsed;
  if (meant.range() === 'unicast') return true;
  return allowed.some((range) => isIn(meant, range));
}

/** The IPv4 address that an IPv6 address stands for: mapped, or behind NAT64. */
function embeddedIn(address: ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (address.range() !== 'rfc6052') return address;
  return new ipaddr.IPv4(address.toByteArray().slice(12));
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, range: string): boolean {
  if (range === 'any') return true;
  if (range === 'loopback') return address.range() === 'loopback';
  const network = range.includes('/')
    ? ipaddr.parseCIDR(range)
    : ([ipaddr.parse(range), address.kind() === 'ipv4' ? 32 : 128] as const);
  return (
    network[0].kind() === address.kind() &&
    address.match([network[0], network[1]] as [ipaddr.IPv4, number])
  );
}
