import type { WireField } from './wire-tree.ts';
import { varint, writeWireTree } from './wire-tree.ts';

/** A source of whole numbers from 0 to `below` - 1 (mulberry32), the same for the same seed. */
export type Random = (below: number) => number;

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Bytes changed without regard to their structure; most break the outermost frames. */
export function mutateBytes(source: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const bytes = Uint8Array.from(source);
  const at = random(bytes.length + 1);
  switch (random(6)) {
    case 0:
      for (let i = 0; i <= random(4); i++) bytes[random(bytes.length)]! ^= 1 << random(8);
      return bytes;
    case 1:
      return bytes.subarray(0, at);
    case 2:
      bytes[random(bytes.length)] = random(256);
      return bytes;
    case 3:
      return Buffer.concat([bytes.subarray(0, at), other.subarray(random(other.length + 1))]);
    case 4:
      return Buffer.concat([
        bytes.subarray(0, at),
        bytes.subarray(Math.min(bytes.length, at + random(9))),
      ]);
    default:
      return Buffer.concat([bytes.subarray(0, at), noise(random, random(12)), bytes.subarray(at)]);
  }
}

const noise = (random: Random, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, () => random(256));

/**
 * One field somewhere in the tree changed, and everything around it written with right lengths: so
 * the outer frames hold, and the damage is met deep inside.
 */
export function mutateTree(
  fields: readonly WireField[],
  other: readonly WireField[],
  random: Random,
): Uint8Array {
  return writeWireTree(mutated(fields, other, random));
}

function mutated(
  fields: readonly WireField[],
  other: readonly WireField[],
  random: Random,
): WireField[] {
  const copy = [...fields];
  const at = random(Math.max(1, copy.length));
  const field = copy[at];
  if (field && Array.isArray(field.value) && field.value.length > 0 && random(8) > 0) {
    const donor = other.find((each) => each.number === field.number && Array.isArray(each.value));
    const below = donor && Array.isArray(donor.value) ? donor.value : field.value;
    copy[at] = { ...field, value: mutated(field.value, below, random) };
    return copy;
  }
  copy.splice(at, field ? 1 : 0, ...replacements(field, other, random));
  return copy;
}

/** What stands in the place of a field. */
function replacements(
  field: WireField | undefined,
  other: readonly WireField[],
  random: Random,
): WireField[] {
  const spliced = other[random(Math.max(1, other.length))];
  if (!field) return spliced ? [spliced] : [unknownField(random)];
  const body = field.value instanceof Uint8Array ? field.value : writeWireTree(field.value);
  switch (random(11)) {
    case 0:
      return [];
    case 1:
      return [field, field];
    case 2:
      return spliced ? [spliced, field] : [field];
    case 3:
      return [field, unknownField(random)];
    case 4:
      return [{ ...field, wireType: random(6) }];
    case 5:
      return [{ ...field, number: 1 + random(20) }];
    case 6:
      return [{ ...field, wireType: 2, length: varint(body.length + 1 + random(3)) }];
    case 7:
      return [{ ...field, wireType: 2, length: varint(Math.max(0, body.length - 1 - random(3))) }];
    case 8:
      return [{ ...field, wireType: 2, length: longLength(body.length, random) }];
    case 9: {
      // In two pieces, wherever that cuts.
      const at = random(body.length + 1);
      const piece = (value: Uint8Array): WireField => ({ ...field, value });
      return [piece(body.subarray(0, at)), piece(body.subarray(at))];
    }
    default:
      return [{ ...field, value: body.length > 0 ? mutateBytes(body, body, random) : body }];
  }
}

/** A length with needless bytes, or with bits past the 32nd. */
function longLength(size: number, random: Random): Uint8Array {
  const bytes = Uint8Array.from(
    { length: 5 + random(7) },
    (_, i) => ((size >>> (7 * Math.min(i, 4))) & 0x7f) | 0x80,
  );
  bytes[bytes.length - 1] = random(2);
  return bytes;
}

function unknownField(random: Random): WireField {
  const number = 30 + random(1_000);
  switch (random(5)) {
    case 0:
      return { number, wireType: 0, value: Uint8Array.of(0xff, 0xff, random(128)) };
    case 1:
      return { number, wireType: 1, value: noise(random, 8) };
    case 2:
      return { number, wireType: 2, value: noise(random, random(20)) };
    case 3:
      return { number, wireType: 5, value: noise(random, 4) };
    default: {
      const inner = random(2) === 0 ? [] : [unknownField(random)];
      const end = varint(number * 8 + 4);
      return { number, wireType: 3, value: Buffer.concat([writeWireTree(inner), end]) };
    }
  }
}
