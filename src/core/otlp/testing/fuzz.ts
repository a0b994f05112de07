import { toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import type { Signal } from '../../../model/telemetry/tables.ts';
import { arbitraryRequest } from './arbitrary-request.ts';
import { disagreement, testOptions } from './disagreement.ts';
import { mutateBytes, mutateTree, randomFrom } from './mutate.ts';
import { oracle } from './oracle.ts';
import { requestSchemas, signals } from './schemas.ts';
import { readWireTree, type WireField } from './wire-tree.ts';

export interface FuzzResult {
  readonly mutations: number;
  /** Mutations that decoder and oracle both find malformed. */
  readonly malformed: number;
  readonly failures: readonly { signal: Signal; problem: string; hex: string }[];
}

interface Seed {
  readonly bytes: Uint8Array;
  readonly tree: readonly WireField[];
}

/** Valid requests to start from. */
function corpus(signal: Signal, seed: number): Seed[] {
  const schema = requestSchemas[signal];
  return fc
    .sample(arbitraryRequest(signal), { numRuns: 400, seed })
    .map((message) => toBinary(schema, message))
    .filter((bytes) => bytes.length > 0 && bytes.length < 1_500)
    .map((bytes) => ({ bytes, tree: readWireTree(schema, bytes) }));
}

/**
 * Decodes mutations of valid requests and compares each with the oracle. A third are changed as
 * bytes; two thirds inside the tree, with right lengths around, so that the damage is met deep.
 */
export function fuzz(count: number, seed: number, progress?: (done: number) => void): FuzzResult {
  const random = randomFrom(seed);
  const seeds = new Map(signals.map((signal) => [signal, corpus(signal, seed)]));
  const failures: { signal: Signal; problem: string; hex: string }[] = [];
  let malformed = 0;
  for (let i = 0; i < count; i++) {
    const signal = signals[i % signals.length]!;
    const choices = seeds.get(signal)!;
    const source = choices[random(choices.length)]!;
    const other = choices[random(choices.length)]!;
    let bytes =
      random(3) === 0
        ? mutateBytes(source.bytes, other.bytes, random)
        : mutateTree(source.tree, other.tree, random);
    // Now and then twice, so that one damage meets another.
    if (random(4) === 0) bytes = mutateBytes(bytes, other.bytes, random);
    let problem: string | undefined;
    try {
      const expected = oracle(signal, bytes, testOptions);
      if (!expected) malformed++;
      problem = disagreement(signal, bytes, expected);
    } catch (error) {
      problem = `threw ${error instanceof Error ? error.stack : String(error)}`;
    }
    if (problem) failures.push({ signal, problem, hex: Buffer.from(bytes).toString('hex') });
    if (failures.length >= 10) break;
    if (progress && i % 10_000 === 9_999) progress(i + 1);
  }
  return { mutations: count, malformed, failures };
}
