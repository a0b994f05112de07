import type { Store } from '../../../adapters/clickhouse/store.ts';
import type { SampleSlice } from '../../../core/alerting/index.ts';
import { planSlices } from '../../../core/samples/slice-statement.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { NodeSlices, SampleRequest } from './rule-data.ts';

const timeoutMs = 15_000;

/** Reads a metric of a cluster from the store, by node and slice. Throws a RequestFailure. */
export async function readSlices(
  store: Store,
  request: SampleRequest & { readonly nodes: number },
  signal: AbortSignal,
): Promise<NodeSlices> {
  const planned = planSlices({ ...request, database: store.database, nowMs: Date.now() });
  if (!planned.ok) throw new RequestFailure('invalid_request', planned.error);
  const { sql, params, fromMs, sliceMs } = planned.value;
  const rows = await askStore(store, sql, params, signal);
  const nodes = [...Map.groupBy(rows, ({ node }) => node)].map(([node, own]) => ({
    node,
    slices: new Map(own.map((row) => [Number(row.slice), sliceOf(row)])),
  }));
  return { fromMs, sliceMs, nodes };
}

type Row = Readonly<Record<'node' | 'slice' | keyof SampleSlice, string | number | null>> & {
  readonly node: string;
};

const sliceOf = ({ least, most, total, weight, last }: Row): SampleSlice => ({
  least: Number(least),
  most: Number(most),
  total: Number(total),
  weight: Number(weight),
  last: Number(last),
});

async function askStore(
  store: Store,
  sql: string,
  params: Readonly<Record<string, string | number>>,
  signal: AbortSignal,
): Promise<Row[]> {
  try {
    const answer = await store.reader.query({
      query: sql,
      query_params: params,
      format: 'JSONEachRow',
      abort_signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return await answer.json<Row>();
  } catch (cause) {
    signal.throwIfAborted();
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new RequestFailure('store_unavailable', `the samples cannot be read: ${detail}`, {
      hint: 'What is collected meanwhile waits in the spool.',
      cause,
      retryAfterSeconds: 5,
    });
  }
}
