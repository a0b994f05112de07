import { z } from 'zod';
import { parseDurationMs } from '../../base/duration.ts';
import { parseSizeBytes } from '../../base/size.ts';

/**
 * The kinds of values that settings have. Each takes text (flags, environment) or what YAML made
 * of a value (number, true, list), and gives the value the program works with.
 */
const Scalar = z.union([z.string(), z.number(), z.boolean()], {
  error: 'expected one value, not a list or a map',
});

/** Text, spaces at the ends removed. */
export const text = () => Scalar.transform((value) => String(value).trim());

/** Text exactly as given, for secrets. */
export const exactText = () => Scalar.transform(String);

/** A whole number within bounds. */
export const whole = (min: number, max: number) =>
  Scalar.transform((value, context) => {
    const number = /^[+-]?\d+$/.test(String(value).trim()) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    context.addIssue(`expected a whole number from ${min} to ${max}, got "${value}"`);
    return z.NEVER;
  });

/** A TCP port; 0 = any free one. */
export const port = () => whole(0, 65_535);

/** A duration, in milliseconds. */
export const durationMs = (minMs = 0, maxMs = Number.MAX_SAFE_INTEGER) =>
  Scalar.transform((value, context) => {
    const parsed = parseDurationMs(String(value));
    if (!parsed.ok) context.addIssue(parsed.error);
    else if (parsed.value < minMs) context.addIssue(`"${value}" is too short, at least ${minMs}ms`);
    else if (parsed.value > maxMs) context.addIssue(`"${value}" is too long, at most ${maxMs}ms`);
    else return parsed.value;
    return z.NEVER;
  });

/** A duration; a number alone is in seconds. Gives milliseconds. */
export const secondsMs = (minMs: number, maxMs: number) =>
  Scalar.transform((value, context) => {
    const written = String(value).trim();
    const parsed = parseDurationMs(/^\d+(\.\d+)?$/.test(written) ? `${written}s` : written);
    if (!parsed.ok) context.addIssue(parsed.error);
    else if (parsed.value < minMs || parsed.value > maxMs)
      context.addIssue(`expected ${minMs / 1_000} to ${maxMs / 1_000} seconds, got "${value}"`);
    else return parsed.value;
    return z.NEVER;
  });

/** A port that is read only where it is needed: undefined where the value is none. */
export const portOrNothing = () =>
  Scalar.transform((value) => {
    const written = String(value).trim();
    const number = /^\d+$/.test(written) ? Number(written) : 0;
    return number >= 1 && number <= 65_535 ? number : undefined;
  });

/** A share of a whole, written as a percentage: `0.5%` gives 0.005. */
export const share = () =>
  Scalar.transform((value, context) => {
    const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(String(value).trim());
    const number = match ? Number(match[1]) / 100 : Number.NaN;
    if (number > 0 && number <= 1) return number;
    context.addIssue(`expected a percentage above 0 % and up to 100 %, got "${value}"`);
    return z.NEVER;
  });

/** A size, in bytes. */
export const sizeBytes = (minBytes = 0, maxBytes = Number.MAX_SAFE_INTEGER) =>
  Scalar.transform((value, context) => {
    const parsed = parseSizeBytes(String(value));
    if (!parsed.ok) context.addIssue(parsed.error);
    else if (parsed.value < minBytes)
      context.addIssue(`"${value}" is too small, at least ${minBytes} bytes`);
    else if (parsed.value > maxBytes)
      context.addIssue(`"${value}" is too large, at most ${maxBytes} bytes`);
    else return parsed.value;
    return z.NEVER;
  });

const yes = new Set(['true', 'yes', 'on', '1']);
const no = new Set(['false', 'no', 'off', '0']);

/** A switch. */
export const onOff = () =>
  Scalar.transform((value, context) => {
    const word = String(value).trim().toLowerCase();
    if (yes.has(word)) return true;
    if (no.has(word)) return false;
    context.addIssue(`expected on or off, got "${value}"`);
    return z.NEVER;
  });

/** One of a few words; `others` are further ways to write them. */
export const oneOf = <const W extends string>(
  words: readonly [W, ...W[]],
  others: Readonly<Record<string, W>> = {},
) =>
  Scalar.transform((value, context) => {
    const written = String(value).trim().toLowerCase();
    const word = others[written] ?? written;
    const found = words.find((each) => each === word);
    if (found !== undefined) return found;
    context.addIssue(`expected one of ${words.join(', ')}, got "${value}"`);
    return z.NEVER;
  });

const Http = z.url({ protocol: /^https?$/, hostname: /^.+$/ });

/** An http(s) URL. The message does not repeat it: it may hold a password. */
export const httpUrl = (example: string) =>
  text().refine((value) => Http.safeParse(value).success, {
    error: `expected a URL that starts with http:// or https://, for example ${example}`,
  });

/** 32 bytes in base64 or base64url, as Fernet keys are written. */
const key = /^[A-Za-z0-9+/_-]{43}=?$/;

/** Keys that seal secrets, separated by commas. The message does not repeat them. */
export const sealingKeys = () =>
  exactText().refine((value) => value.split(',').every((each) => key.test(each.trim())), {
    error: 'expected 32 bytes in base64, 44 letters, as ClusterSight and Fernet have it',
  });

/** A list: YAML's own, or text separated by commas. `each` checks one element. */
export const list = (each: z.ZodType<string>, expected: string) =>
  z
    .union([z.array(z.union([z.string(), z.number()])), z.string()], {
      error: 'expected a list, or text separated by commas',
    })
    .transform((value, context) => {
      const items = (typeof value === 'string' ? value.split(',') : value)
        .map((item) => String(item).trim())
        .filter((item) => item !== '');
      for (const item of items)
        if (!each.safeParse(item).success) context.addIssue(`"${item}" is not ${expected}`);
      return items;
    });

const Address = z.union([
  z.ipv4(),
  z.ipv6(),
  z.string().regex(/^(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?$/i),
]);

/** An address or a name of a machine. */
export const host = (examples = '127.0.0.1 or 0.0.0.0') =>
  text().refine((value) => Address.safeParse(value).success, {
    error: `expected an IP address or a host name without a port, for example ${examples}`,
  });

/** A name whose Host header is accepted, with no port. */
export const HostName = Address;

/** Addresses and networks, as proxies are named. */
export const AddressRange = z.union([
  z.ipv4(),
  z.ipv6(),
  z.cidrv4(),
  z.cidrv6(),
  z.literal('loopback'),
]);

/** An origin as browsers write it. */
export const Origin = z.string().regex(/^https?:\/\/[^/?#@\s]+$/i);
