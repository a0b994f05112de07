import fc from 'fast-check';

/**
 * Property tests try the same values in every run, so that a run of CI can be repeated. To look for
 * new ones: `CASTELLAN_FUZZ_SEED=$RANDOM npx vitest run --project unit src/core/search/fuzz.test.ts`.
 */
fc.configureGlobal({ seed: Number(process.env.CASTELLAN_FUZZ_SEED ?? 20_261_121) });
