import { hash } from 'node:crypto';
import type { Spool, SpoolOutcome } from '../../../adapters/spool/spool.ts';
import type { Logger } from '../../../base/log.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import { decodeOtlp } from '../../../core/otlp/index.ts';
import type {
  DecodedRequest,
  DecodeOptions,
  MalformedOtlp,
  Rejection,
} from '../../../model/telemetry/block.ts';
import type { Signal } from '../../../model/telemetry/tables.ts';
import type { ByteBudget } from './byte-budget.ts';
import { addTally, emptyTally, type Tally, tallyOfKey } from './counters.ts';
import type { OtlpEncoding } from './http-route.ts';
import type { KeyRing, Sender } from './key-ring.ts';
import type { ReceiverLimits } from './receiver-limits.ts';
import { type Refusal, refuse, refuseForNow } from './refusal.ts';

/** How requests are decoded; all plain data. Retention in milliseconds, 0 = for ever. */
export interface DecodeSettings {
  readonly retentionMs: Readonly<Record<Signal | 'sessions', number>>;
  readonly severityInference: boolean;
  readonly jsonBodyExpansion: boolean;
}

/** What both receivers work with. */
export interface ReceiverParts {
  readonly limits: ReceiverLimits;
  readonly decode: DecodeSettings;
  readonly spool: Spool;
  readonly keys: KeyRing;
  readonly budget: ByteBudget;
  readonly tally: Tally;
  readonly logger: Logger;
  readonly nowMs: () => number;
}

/** One request with its bytes, complete and decompressed. */
export interface ExportRequest {
  readonly signal: Signal;
  readonly encoding: OtlpEncoding;
  readonly bytes: Uint8Array;
  readonly sender: Sender;
}

/** A request that may be acknowledged. */
export interface Acceptance {
  /** The spool's entry to be marked when the response is flushed; absent where nothing was kept. */
  readonly entry: number | undefined;
  readonly rejections: readonly Rejection[];
}

/**
 * Decodes a request and hands it to the spool. Resolves when it is on disk: only then may the
 * client be told. Never throws: what is unexpected is logged and refused for now.
 */
export async function acceptExport(
  parts: ReceiverParts,
  request: ExportRequest,
): Promise<Result<Acceptance, Refusal>> {
  parts.keys.charge(request.sender, 'bytes', request.bytes.length);
  const decoded = decodeExport(parts, request);
  if (!decoded.ok) return decoded;
  parts.keys.charge(request.sender, 'records', decoded.value.accepted);
  if (decoded.value.blocks.length === 0) {
    countAccepted(parts, request, decoded.value, false);
    return ok({ entry: undefined, rejections: decoded.value.rejections });
  }
  const outcome = await appendInTime(parts, request, decoded.value);
  if (outcome.kind === 'refused')
    return err(refuseForNow(outcome.reason, outcome.message, outcome.retryAfterMs));
  countAccepted(parts, request, decoded.value, outcome.kind === 'absorbed');
  return ok({ entry: outcome.entry, rejections: decoded.value.rejections });
}

function decodeExport(
  parts: ReceiverParts,
  { signal, encoding, bytes }: ExportRequest,
): Result<DecodedRequest, Refusal> {
  try {
    const options = decodeOptions(parts.decode, signal, encoding, parts.nowMs());
    const maxDecodedBytes = parts.limits.maxUnfoldedBytes;
    const decoded = decodeOtlp(signal, bytes, { ...options, maxDecodedBytes });
    return decoded.ok ? decoded : err(refusalOf(decoded.error, signal, encoding));
  } catch (error) {
    parts.logger.error('decode_failed', { signal, encoding, sizeBytes: bytes.length, error });
    return err(internal('The request could not be decoded', parts.limits));
  }
}

function refusalOf(error: MalformedOtlp, signal: Signal, encoding: OtlpEncoding): Refusal {
  if (error.tooLarge) return refuse('too_large', error.message);
  const where =
    error.offset === undefined ? '' : ` (at byte ${error.offset} of the decompressed body)`;
  return refuse(
    'malformed',
    `The body is not an OTLP ${signal} request in ${encoding}: ${error.message}${where}`,
  );
}

const internal = (what: string, limits: ReceiverLimits): Refusal =>
  refuseForNow(
    'internal',
    `${what} because of a defect of this server; its log has the cause.`,
    limits.overloadRetryMs,
  );

/** The decoder's options for a request that arrived at `nowMs`. */
function decodeOptions(
  settings: DecodeSettings,
  signal: Signal,
  encoding: OtlpEncoding,
  nowMs: number,
): DecodeOptions {
  const oldest = (retentionMs: number) =>
    retentionMs === 0 ? undefined : BigInt(Math.trunc(nowMs - retentionMs)) * 1_000_000n;
  const oldestNs = oldest(settings.retentionMs[signal]);
  const oldestSessionNs = signal === 'logs' ? oldest(settings.retentionMs.sessions) : undefined;
  return {
    encoding,
    arrivalNs: BigInt(Math.trunc(nowMs)) * 1_000_000n,
    ...(oldestNs === undefined ? {} : { oldestNs }),
    ...(oldestSessionNs === undefined ? {} : { oldestSessionNs }),
    severityInference: settings.severityInference,
    jsonBodyExpansion: settings.jsonBodyExpansion,
  };
}

/**
 * Appends with a deadline. An append that outlives it may still be kept: its entry is then marked
 * as unanswered, so that it absorbs the client's retry.
 */
async function appendInTime(
  parts: ReceiverParts,
  { signal, bytes, sender }: ExportRequest,
  decoded: DecodedRequest,
): Promise<SpoolOutcome> {
  const blockBytes = decoded.blocks.reduce((sum, block) => sum + block.bytes.length, 0);
  const heldBytes = bytes.length + blockBytes;
  parts.budget.add(heldBytes);
  const appending = parts.spool
    .append({
      signal,
      keyId: sender.keyId,
      digest: hash('sha256', bytes, 'buffer'),
      blocks: decoded.blocks,
    })
    .catch((error: unknown): SpoolOutcome => {
      parts.logger.error('spool_append_failed', { signal, error });
      return spoolFailed('The spool failed; its log has the cause.', parts.limits);
    })
    .finally(() => parts.budget.give(heldBytes));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, parts.limits.spoolTimeoutMs, 'late');
  });
  const first = await Promise.race([appending, late]);
  clearTimeout(timer);
  if (first !== 'late') return first;
  void appending.then((outcome) => {
    if (outcome.kind !== 'refused') parts.spool.unanswered(outcome.entry);
  });
  const waited = `The spool did not keep the request within ${parts.limits.spoolTimeoutMs} ms.`;
  return spoolFailed(waited, parts.limits);
}

const spoolFailed = (message: string, limits: ReceiverLimits): SpoolOutcome => ({
  kind: 'refused',
  reason: 'spool_failed',
  message,
  retryAfterMs: limits.overloadRetryMs,
});

function countAccepted(
  { tally, nowMs }: ReceiverParts,
  { bytes, sender }: ExportRequest,
  decoded: DecodedRequest,
  absorbed: boolean,
): void {
  const records = absorbed ? 0 : decoded.accepted;
  tally.records += records;
  tally.bytes += bytes.length;
  tally.absorbed += absorbed ? 1 : 0;
  for (const { count } of decoded.rejections) tally.rejectedRecords += count;
  const ofKey = tallyOfKey(tally, sender.keyId);
  ofKey.requests += 1;
  ofKey.records += records;
  ofKey.bytes += bytes.length;
  ofKey.lastUsedMs = nowMs();
}

/** Counts a refusal, for its key where the sender is known. */
export function countRefused(tally: Tally, refusal: Refusal, sender: Sender | undefined): void {
  tally.refusals[refusal.reason] = (tally.refusals[refusal.reason] ?? 0) + 1;
  if (sender) tallyOfKey(tally, sender.keyId).refused += 1;
}

/** Takes what was counted since the last call. */
export function takeTally(tally: Tally): Tally {
  const taken = emptyTally();
  addTally(taken, tally);
  Object.assign(tally, emptyTally());
  return taken;
}
