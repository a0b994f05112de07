import {
  type Part,
  type ReadyData,
  type ReadyPart,
  readyParts,
} from '../../../model/api/operation-api.ts';

/** Who knows how a part is. May take its time; a part that does not answer is unavailable. */
export type PartProbe = () => Part | Promise<Part>;

/** Longest that a probe may take before its part counts as unavailable. */
const probeTimeoutMs = 2_000;

/** Asks every part, each time anew. Ready means that all are `ok` or `degraded`. */
export async function collectReadiness(
  probes: Readonly<Record<ReadyPart, PartProbe>>,
): Promise<ReadyData> {
  const answers = await Promise.all(readyParts.map((name) => ask(probes[name])));
  const parts = Object.fromEntries(
    readyParts.map((name, index) => [name, answers[index]]),
  ) as ReadyData['parts'];
  const ready = answers.every((part) => part.status === 'ok' || part.status === 'degraded');
  return { status: ready ? 'ready' : 'not_ready', parts };
}

async function ask(probe: PartProbe): Promise<Part> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Part>((done) => {
    timer = setTimeout(done, probeTimeoutMs, {
      status: 'unavailable',
      detail: `did not answer within ${probeTimeoutMs} ms`,
    });
  });
  try {
    return await Promise.race([probe(), late]);
  } catch (error) {
    return { status: 'unavailable', detail: error instanceof Error ? error.message : 'failed' };
  } finally {
    clearTimeout(timer);
  }
}
