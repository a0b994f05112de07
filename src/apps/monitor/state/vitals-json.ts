import { z } from 'zod';
import type { VitalsSample } from '../../../model/fleet/reading.ts';

const Numbers = z.record(z.string(), z.number()).transform((own) => new Map(Object.entries(own)));

const StoredVitals = z.object({
  atMs: z.number(),
  startedMs: z.number(),
  hostName: z.string(),
  version: z.string(),
  gauges: Numbers,
  counters: Numbers,
});

/** A sample as text; its clock is of the moment and is left out. */
export const renderVitals = (sample: VitalsSample): string =>
  JSON.stringify({
    atMs: sample.atMs,
    startedMs: sample.startedMs,
    hostName: sample.hostName,
    version: sample.version,
    gauges: Object.fromEntries(finite(sample.gauges)),
    counters: Object.fromEntries(finite(sample.counters)),
  });

/** JSON has no infinity. */
const finite = (numbers: ReadonlyMap<string, number>) =>
  [...numbers].filter(([, value]) => Number.isFinite(value));

export const parseVitalsJson = (text: string): VitalsSample => StoredVitals.parse(JSON.parse(text));
