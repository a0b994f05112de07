import {
  create,
  type DescField,
  type DescMessage,
  type Message,
  ScalarType,
} from '@bufbuild/protobuf';
import fc from 'fast-check';
import type { Signal } from '../../../model/telemetry/tables.ts';
import { requestSchemas } from './schemas.ts';

/** Any request of a signal: every field of the schema, with the values that tend to go wrong. */
export const arbitraryRequest = (signal: Signal): fc.Arbitrary<Message> =>
  messageOf(requestSchemas[signal], 0);

/** How deep lists and maps are generated inside a value. */
const deepest = 12;

const made = new Map<string, fc.Arbitrary<Message>>();

function messageOf(desc: DescMessage, depth: number): fc.Arbitrary<Message> {
  const name = `${desc.typeName} ${depth}`;
  const arbitrary = made.get(name) ?? makeMessage(desc, depth);
  made.set(name, arbitrary);
  return arbitrary;
}

function makeMessage(desc: DescMessage, depth: number): fc.Arbitrary<Message> {
  const fields: Record<string, fc.Arbitrary<unknown>> = {};
  for (const member of desc.members) {
    if (member.kind === 'oneof') {
      const cases = member.fields
        .filter((field) => !field.message || depth < deepest)
        .map((field) =>
          fieldValue(field, depth).map((value) => ({ case: field.localName, value })),
        );
      fields[member.localName] = fc.oneof(
        { weight: 1, arbitrary: fc.constant({ case: undefined }) },
        ...cases.map((arbitrary) => ({ weight: 3, arbitrary })),
      );
    } else if (!member.message || depth < deepest) fields[member.localName] = maybe(member, depth);
  }
  return fc.record(fields).map((init) => create(desc, init as Record<string, never>));
}

/** A field is often absent; lists are short. */
function maybe(field: DescField, depth: number): fc.Arbitrary<unknown> {
  if (field.fieldKind === 'list')
    return fc.array(fieldValue(field, depth), { maxLength: depth < 4 ? 4 : 2 });
  return fc.option(fieldValue(field, depth), { nil: undefined, freq: 3 });
}

function fieldValue(field: DescField, depth: number): fc.Arbitrary<unknown> {
  if (field.message) return fc.constant(null).chain(() => messageOf(field.message!, depth + 1));
  const special = byName(field.localName);
  if (special) return special;
  if (field.enum) return fc.oneof(fc.integer({ min: 0, max: 25 }), fc.constantFrom(-1, 300));
  return scalars[field.scalar!] ?? fc.constant(undefined);
}

const text = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'GET',
    'Zürich',
    '日本',
    '🦊',
    '"\\\n\t\u0001\u007f',
    '\ufeffbom',
    '\u0000',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ minLength: 100, maxLength: 300 }),
);

const uint64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 1n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n),
);
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -1_000n, max: 1_000n }),
  fc.constantFrom(
    0n,
    -1n,
    2n ** 53n + 1n,
    2n ** 31n,
    -(2n ** 31n) - 1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
  ),
);
const double = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 1e21, 1e-7, 5e-324, 0.1),
);

const scalars: Partial<Record<ScalarType, fc.Arbitrary<unknown>>> = {
  [ScalarType.STRING]: text,
  [ScalarType.BYTES]: fc.uint8Array({ maxLength: 20 }),
  [ScalarType.BOOL]: fc.boolean(),
  [ScalarType.DOUBLE]: double,
  [ScalarType.INT64]: int64,
  [ScalarType.SFIXED64]: int64,
  [ScalarType.UINT64]: uint64,
  [ScalarType.FIXED64]: uint64,
  [ScalarType.UINT32]: fc.integer({ min: 0, max: 0xffff_ffff }),
  [ScalarType.FIXED32]: fc.integer({ min: 0, max: 0xffff_ffff }),
  [ScalarType.INT32]: fc.integer(),
  [ScalarType.SINT32]: fc.integer(),
};

/** Times of now, keys that repeat, ids of the right length: most of the time. */
function byName(name: string): fc.Arbitrary<unknown> | undefined {
  if (/unixnano$/i.test(name))
    return fc.oneof(
      {
        weight: 8,
        arbitrary: fc.bigInt({ min: 1_760_000_000n * 10n ** 9n, max: 1_761_000_000n * 10n ** 9n }),
      },
      { weight: 1, arbitrary: fc.constantFrom(0n, 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n) },
    );
  if (name === 'key')
    return fc.oneof(fc.constantFrom('a', 'b', 'service.name', 'rr-web.event', 'http.route'), text);
  if (/traceid$/i.test(name)) return id(16);
  if (/spanid$/i.test(name)) return id(8);
  return undefined;
}

const id = (size: number): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.uint8Array({ minLength: size, maxLength: size }) },
    { weight: 1, arbitrary: fc.constant(new Uint8Array(size)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }) },
  );
