import { hash } from 'node:crypto';
import { err, ok, type Result } from '../../../base/result.ts';
import type { KeySnapshot } from '../../../model/access/key-snapshot.ts';
import { type RateDimension, type RateMeter, rateMeter } from './rate-meter.ts';
import { type Refusal, refuse, refuseForNow } from './refusal.ts';

/** The keys as they travel to a receiver thread: the snapshot, and each key's slot of the meter. */
export interface SlottedKeys {
  readonly snapshot: KeySnapshot;
  readonly slots: ReadonlyMap<string, number>;
}

/** Who sends, and how much they may send. */
export interface Sender {
  /** Id of the key, '' without one. */
  readonly keyId: string;
  readonly slot: number;
  readonly recordsPerSecond: number | null;
  readonly bytesPerSecond: number | null;
}

/** Finds senders by what they present, and keeps them to their rates. */
export interface KeyRing {
  /** False in open mode. */
  readonly required: () => boolean;
  update(keys: SlottedKeys): void;
  /** `authorization`: the header or metadata value, `Bearer KEY` or the bare key. */
  identify(authorization: string | undefined): Result<Sender, Refusal>;
  /** The refusal for a sender above one of its rates. */
  excess(sender: Sender): Refusal | undefined;
  charge(sender: Sender, dimension: RateDimension, amount: number): void;
}

/** Rates of keys that have none of their own. */
export interface DefaultRates {
  readonly recordsPerSecond: number | null;
  readonly bytesPerSecond: number | null;
}

export interface KeyClock {
  readonly nowMs: () => number;
  /** Monotonic, the same in all threads of the process. */
  readonly monotonicNs: () => bigint;
}

export const systemClock: KeyClock = { nowMs: Date.now, monotonicNs: process.hrtime.bigint };

/** The slot of requests without a key. */
export const anonymousSlot = 0;

interface Secret {
  readonly sender: Sender;
  readonly untilMs: number | null;
}

const missing = refuse(
  'unauthenticated',
  'This server takes telemetry only with an ingestion key; send it as the header "Authorization: Bearer KEY", for example with OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20KEY". Keys are made on the page "Send data" or with "castellan keys create".',
);
const unknown = refuse(
  'unauthenticated',
  'The ingestion key is not known: it is mistyped, was revoked, or was rotated and its overlap has ended. "castellan keys list" shows the keys that work.',
);

/** The key in an Authorization value: what follows `Bearer`, or all of it. */
export function parseAuthorization(value: string | undefined): string | undefined {
  const key = value?.replace(/^bearer(?:\s+|$)/i, '').trim();
  return key === '' ? undefined : key;
}

/** A ring over the keys of `first`; rates are metered in `memory`. */
export function keyRing(
  first: SlottedKeys,
  defaults: DefaultRates,
  memory: SharedArrayBuffer,
  clock: KeyClock = systemClock,
): KeyRing {
  const meter = rateMeter(memory);
  const anonymous: Sender = { keyId: '', slot: anonymousSlot, ...defaults };
  let required = true;
  let secrets = new Map<string, Secret>();

  const update = ({ snapshot, slots }: SlottedKeys) => {
    required = snapshot.required;
    secrets = new Map(
      snapshot.keys.flatMap((key) => {
        const sender: Sender = {
          keyId: key.id,
          slot: slots.get(key.id) ?? anonymousSlot,
          recordsPerSecond: key.recordsPerSecond ?? defaults.recordsPerSecond,
          bytesPerSecond: key.bytesPerSecond ?? defaults.bytesPerSecond,
        };
        return key.secrets.map(
          ({ sha256, untilMs }) => [sha256, { sender, untilMs }] as [string, Secret],
        );
      }),
    );
  };
  update(first);

  return {
    required: () => required,
    update,
    identify(authorization) {
      const key = parseAuthorization(authorization);
      if (key === undefined) return required ? err(missing) : ok(anonymous);
      const secret = secrets.get(hash('sha256', key, 'hex'));
      if (secret && (secret.untilMs === null || clock.nowMs() < secret.untilMs))
        return ok(secret.sender);
      return required ? err(unknown) : ok(anonymous);
    },
    excess: (sender) => excess(sender, meter, clock),
    charge(sender, dimension, amount) {
      const perSecond = rateOf(sender, dimension);
      if (perSecond === null || amount === 0) return;
      const nowNs = clock.monotonicNs();
      meter.charge({ slot: sender.slot, dimension, amount, perSecond, nowNs });
    },
  };
}

const rateOf = (sender: Sender, dimension: RateDimension) =>
  dimension === 'records' ? sender.recordsPerSecond : sender.bytesPerSecond;

function excess(sender: Sender, meter: RateMeter, clock: KeyClock): Refusal | undefined {
  for (const dimension of ['records', 'bytes'] as const) {
    const perSecond = rateOf(sender, dimension);
    if (perSecond === null) continue;
    const waitMs = meter.waitMs(sender.slot, dimension, clock.monotonicNs());
    if (waitMs === 0) continue;
    const who = sender.keyId === '' ? 'Requests without a key' : 'This ingestion key';
    return refuseForNow(
      'rate_limited',
      `${who} may send ${perSecond} ${dimension} a second and sent more; try again in ${waitMs} ms.`,
      waitMs,
    );
  }
  return undefined;
}
