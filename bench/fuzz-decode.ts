import { fuzz } from '../src/core/otlp/testing/fuzz.ts';

/**
 * Mutates valid OTLP requests and compares what the decoder makes of each with protobuf-es.
 * `node bench/fuzz-decode.ts [mutations] [seed]`; ends with 1 when they disagree.
 */
const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 1);
const start = performance.now();
const seconds = () => ((performance.now() - start) / 1_000).toFixed(0);
const result = fuzz(count, seed, (done) => {
  if (done % 100_000 === 0) console.log(`${done} mutations, ${seconds()} s`);
});
for (const { signal, problem, hex } of result.failures)
  console.log(`${signal}: ${problem}\n  ${hex}`);
console.log(
  `${result.mutations} mutations in ${seconds()} s: ${result.malformed} malformed by both, ${result.failures.length} disagreements`,
);
process.exitCode = result.failures.length === 0 ? 0 : 1;
