import { Counter, Gauge, type Registry } from 'prom-client';
import { type Part, readyParts } from '../../../model/api/operation-api.ts';
import type { PipelineState, ReceiverFacts, StoringFacts } from './pipeline.ts';
import { collectReadiness, type PartProbe } from './readiness.ts';

type Labels = Record<string, string>;
type Reading = readonly (readonly [Labels, number])[];

/** Read once a scrape, shared by all metrics of that scrape. */
interface Scrape {
  readonly receivers: readonly (readonly [string, ReceiverFacts])[];
  readonly storing: StoringFacts | undefined;
}

interface MetricPlan {
  readonly kind: 'counter' | 'gauge';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly read: (scrape: Scrape) => Reading;
}

const ofReceivers =
  (read: (facts: ReceiverFacts) => number) =>
  (scrape: Scrape): Reading =>
    scrape.receivers.map(([receiver, facts]) => [{ receiver }, read(facts)]);

const ofStoring =
  (read: (facts: StoringFacts) => number) =>
  (scrape: Scrape): Reading =>
    scrape.storing ? [[{}, read(scrape.storing)]] : [];

const byName = (label: string, counts: Readonly<Partial<Record<string, number>>> | undefined) =>
  Object.entries(counts ?? {}).map(([name, count]): [Labels, number] => [
    { [label]: name },
    count ?? 0,
  ]);

const receiverPlans: readonly MetricPlan[] = [
  counter('otlp_requests', 'OTLP requests that were taken.', (facts) => facts.totals.requests),
  counter(
    'otlp_records',
    'Log records, spans and data points taken.',
    (facts) => facts.totals.records,
  ),
  counter(
    'otlp_rejected_records',
    'Records refused through partial success.',
    (facts) => facts.totals.rejectedRecords,
  ),
  counter('otlp_bytes', 'Decompressed bytes of the requests taken.', (facts) => facts.totals.bytes),
  counter(
    'otlp_absorbed',
    'Retries of requests that the spool already had.',
    (facts) => facts.totals.absorbed,
  ),
  counter(
    'otlp_receiver_restarts',
    'Times that the thread of a receiver was started again.',
    (facts) => facts.restarts,
  ),
  {
    kind: 'counter',
    name: 'castellan_otlp_refused_requests_total',
    help: 'OTLP requests that were refused, by reason.',
    labels: ['receiver', 'reason'],
    read: (scrape) =>
      scrape.receivers.flatMap(([receiver, facts]) =>
        byName('reason', facts.totals.refusals).map(([labels, count]): [Labels, number] => [
          { ...labels, receiver },
          count,
        ]),
      ),
  },
  gauge(
    'otlp_requests_in_flight',
    'OTLP requests being received, decoded or spooled.',
    ['receiver'],
    ofReceivers((facts) => facts.load.requests),
  ),
  gauge(
    'otlp_connections',
    'Open connections of a receiver.',
    ['receiver'],
    ofReceivers((facts) => facts.load.connections),
  ),
];

const storingPlans: readonly MetricPlan[] = [
  gauge(
    'spool_bytes',
    'Bytes on disk that wait to be stored.',
    [],
    ofStoring((facts) => facts.spool.bytes),
  ),
  gauge(
    'spool_max_bytes',
    'Bytes that may wait on disk.',
    [],
    ofStoring((facts) => facts.spool.maxBytes),
  ),
  gauge(
    'spool_segments',
    'Segments that wait to be stored, open ones included.',
    [],
    ofStoring((facts) => facts.spool.segments),
  ),
  gauge(
    'spool_rows',
    'Rows that wait to be stored.',
    [],
    ofStoring((facts) => facts.spool.rows),
  ),
  gauge(
    'spool_oldest_age_seconds',
    'Age of the oldest record that waits to be stored.',
    [],
    ofStoring((facts) => facts.spool.oldestAgeMs / 1_000),
  ),
  gauge(
    'disk_free_bytes',
    'Free bytes on the disk of the data folder.',
    [],
    ofStoring((facts) => facts.spool.diskFreeBytes),
  ),
  gauge(
    'dead_letters',
    'Rejected segments that wait for a person.',
    [],
    ofStoring((facts) => facts.deadLetters.count),
  ),
  gauge(
    'dead_letter_bytes',
    'Bytes of rejected segments.',
    [],
    ofStoring((facts) => facts.deadLetters.bytes),
  ),
  {
    kind: 'counter',
    name: 'castellan_spool_refused_requests_total',
    help: 'Requests that the spool refused, by reason.',
    labels: ['reason'],
    read: (scrape) => byName('reason', scrape.storing?.spool.refused),
  },
  {
    kind: 'counter',
    name: 'castellan_stored_rows_total',
    help: 'Rows that the store has taken since the start, by table.',
    labels: ['table'],
    read: (scrape) => byName('table', scrape.storing?.inserts.storedRows),
  },
  {
    kind: 'counter',
    name: 'castellan_failed_inserts_total',
    help: 'Inserts that failed because the store was away; they are tried again.',
    labels: [],
    read: ofStoring((facts) => facts.inserts.failedInserts),
  },
];

function counter(name: string, help: string, read: (facts: ReceiverFacts) => number): MetricPlan {
  return {
    kind: 'counter',
    name: `castellan_${name}_total`,
    help,
    labels: ['receiver'],
    read: ofReceivers(read),
  };
}

function gauge(
  name: string,
  help: string,
  labels: readonly string[],
  read: (scrape: Scrape) => Reading,
): MetricPlan {
  return { kind: 'gauge', name: `castellan_${name}`, help, labels, read };
}

/** Adds what the pipeline and `GET /ready` know to the registry. */
export function registerPipelineMetrics(
  registry: Registry,
  state: PipelineState,
  probes: Readonly<Record<keyof { [name in (typeof readyParts)[number]]: Part }, PartProbe>>,
): void {
  let latest: Promise<Scrape> | undefined;
  const scrape = (): Promise<Scrape> => {
    if (latest) return latest;
    latest = readScrape(state);
    setTimeout(() => {
      latest = undefined;
    }, 500).unref();
    return latest;
  };
  for (const plan of [...receiverPlans, ...storingPlans]) {
    const options = {
      name: plan.name,
      help: plan.help,
      labelNames: [...plan.labels],
      registers: [registry],
    };
    if (plan.kind === 'counter')
      new Counter({
        ...options,
        async collect() {
          this.reset();
          for (const [labels, value] of plan.read(await scrape())) this.inc(labels, value);
        },
      });
    else
      new Gauge({
        ...options,
        async collect() {
          this.reset();
          for (const [labels, value] of plan.read(await scrape())) this.set(labels, value);
        },
      });
  }
  new Gauge({
    name: 'castellan_ready',
    help: 'Whether a part works: 1, or 0.',
    labelNames: ['part'],
    registers: [registry],
    async collect() {
      const { parts } = await collectReadiness(probes);
      for (const part of readyParts) {
        const { status } = parts[part];
        this.set({ part }, status === 'ok' || status === 'degraded' ? 1 : 0);
      }
    },
  });
}

async function readScrape({ running }: PipelineState): Promise<Scrape> {
  if (!running) return { receivers: [], storing: undefined };
  const { http, grpc } = running.receivers();
  return {
    receivers: [
      ['http', http],
      ['grpc', grpc],
    ],
    // While its thread is being restarted there is nothing to tell.
    storing: await running.storing().catch(() => undefined),
  };
}
