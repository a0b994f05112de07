import { toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryRequest } from './testing/arbitrary-request.ts';
import { disagreement, testOptions } from './testing/disagreement.ts';
import { fuzz } from './testing/fuzz.ts';
import { oracle } from './testing/oracle.ts';
import { requestSchemas, signals } from './testing/schemas.ts';

const seed = Number(process.env.CASTELLAN_FUZZ_SEED ?? 20_260_101);

test.each(signals)('any request of %s gives the rows that protobuf-es gives', (signal) => {
  fc.assert(
    fc.property(arbitraryRequest(signal), (message) => {
      const bytes = toBinary(requestSchemas[signal], message);
      const expected = oracle(signal, bytes, testOptions);
      expect(expected).toBeDefined();
      expect(disagreement(signal, bytes, expected)).toBeUndefined();
    }),
    { numRuns: 300, seed },
  );
});

test('mutated requests: the same rows as protobuf-es, or malformed with it', () => {
  const result = fuzz(Number(process.env.CASTELLAN_FUZZ ?? 20_000), seed);
  const failures = result.failures.map(({ signal, problem, hex }) => [
    signal,
    problem.slice(0, 500),
    hex.slice(0, 1_000),
  ]);
  expect(failures).toEqual([]);
  // The mutations must leave some whole and break others, or they prove little.
  expect(result.malformed / result.mutations).toBeGreaterThan(0.2);
  expect(result.malformed / result.mutations).toBeLessThan(0.8);
}, 3_600_000);
