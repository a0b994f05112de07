import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Logger } from '../../base/log.ts';
import type { Signal } from '../../model/telemetry/tables.ts';
import { Absorption, absorptionKey } from './absorption.ts';
import { Admission, refuse } from './admission.ts';
import { syncFolder } from './append-file.ts';
import { CommitLane } from './commit-lane.ts';
import { recoverSegment, recoverSignal, type SpoolProblem } from './recovery.ts';
import { SealedSegment } from './sealed-segment.ts';
import { OpenSegment, type PreparedEntry } from './segment.ts';
import { segmentId } from './segment-layout.ts';
import { Shelf } from './shelf.ts';
import { ownKeyId, type Spool, type SpoolOutcome, type SpoolRequest } from './spool.ts';
import { lockSpool } from './spool-lock.ts';
import type { SpoolOptions, SpoolStatus } from './spool-options.ts';

const signals: readonly Signal[] = ['logs', 'traces', 'metrics'];

/** A request as it comes from another thread. */
export interface CheckedRequest {
  readonly signal: Signal;
  readonly keyId: string;
  readonly digestHex: string;
  readonly parts: PreparedEntry['parts'];
}

export { defaultSpoolOptions, type SpoolOptions } from './spool-options.ts';

const pollMs = 1_000;
const tickMs = 100;

/** Opens the spool in `folder` and brings back what an earlier process left there. */
export async function openSpool(
  options: SpoolOptions,
  logger: Logger,
  now: () => number = Date.now,
): Promise<DiskSpool> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const unlock = lockSpool(options.folder);
  try {
    const spool = new DiskSpool(options, logger, now, unlock);
    await spool.recover();
    return spool;
  } catch (error) {
    unlock();
    throw error;
  }
}

/** The disk queue between receiving and storing. Use `openSpool`. */
export class DiskSpool implements Spool {
  readonly shelf: Shelf;
  readonly #options: SpoolOptions;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #unlock: () => void;
  readonly #admission: Admission;
  readonly #absorption: Absorption;
  readonly #lanes: ReadonlyMap<Signal, CommitLane>;
  readonly #refused = { spool_full: 0, disk_low: 0, spool_failed: 0, draining: 0 };
  readonly #timers: NodeJS.Timeout[] = [];
  #problems: SpoolProblem[] = [];
  #kept = 0;
  #absorbed = 0;
  #nextEntry = 1;
  #segmentCounter = 0;
  #draining = false;

  constructor(options: SpoolOptions, logger: Logger, now: () => number, unlock: () => void) {
    this.#options = options;
    this.#logger = logger;
    this.#now = now;
    this.#unlock = unlock;
    this.#admission = new Admission(options.folder, options);
    this.#absorption = new Absorption(options.absorbWindowMs);
    this.shelf = new Shelf(logger, (deltaBytes) => this.#admission.occupy(deltaBytes));
    this.#lanes = new Map(signals.map((signal) => [signal, this.#lane(signal)]));
  }

  /** Called once by `openSpool`. */
  async recover(): Promise<void> {
    for (const signal of signals) {
      const folder = join(this.#options.folder, signal);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { segments, problems } = await recoverSignal(folder, signal, this.#logger);
      this.#problems.push(...problems);
      for (const { segment, unanswered, highestEntry } of segments) {
        this.#nextEntry = Math.max(this.#nextEntry, highestEntry + 1);
        for (const entry of unanswered) {
          const key = absorptionKey(signal, entry.key, entry.digest);
          const at = entry.key === ownKeyId ? Math.floor(this.#now()) : entry.at;
          this.#absorption.track(entry.n, key, at, 'open');
        }
        this.shelf.put(segment, new Set(unanswered.map((entry) => entry.n)));
      }
    }
    // Numbers must not repeat those of journals that are gone: a late `answered` may still come.
    this.#nextEntry = Math.max(this.#nextEntry, Math.floor(this.#now()) * 1_000);
    await syncFolder(this.#options.folder);
    await this.#admission.poll();
    this.#every(pollMs, () => this.#poll());
    this.#every(tickMs, () => {
      for (const lane of this.#lanes.values()) lane.tick();
    });
    if (this.#options.fsync === 'interval')
      this.#every(this.#options.fsyncIntervalMs, () => this.#syncAll());
  }

  append(request: SpoolRequest): Promise<SpoolOutcome> {
    const { signal, keyId, blocks } = request;
    const parts = blocks.map((block) => ({ ...block, crc: crc32(block.bytes) }));
    return this.appendChecked({
      signal,
      keyId,
      digestHex: Buffer.from(request.digest).toString('hex'),
      parts,
    });
  }

  /** `append` of blocks whose checksums the sender has made. */
  async appendChecked({ signal, keyId, digestHex, parts }: CheckedRequest): Promise<SpoolOutcome> {
    if (this.#draining) return this.#refusal(refuse('draining', 'Castellan is shutting down'));
    const now = Math.floor(this.#now());
    const earlier = this.#absorption.claim(absorptionKey(signal, keyId, digestHex), now);
    if (earlier !== undefined) {
      this.#absorbed += 1;
      return { kind: 'absorbed', entry: earlier };
    }
    const bytes = parts.reduce((sum, part) => sum + part.bytes.byteLength, 0);
    const refusal = this.#admission.reserve(bytes);
    if (refusal) return this.#refusal(refusal);
    const entry: PreparedEntry = {
      n: this.#nextEntry,
      at: now,
      key: keyId,
      digest: digestHex,
      parts,
    };
    this.#nextEntry += 1;
    const outcome = await this.#laneOf(signal).append(entry, bytes);
    if (outcome.kind === 'refused') return this.#refusal(outcome);
    this.#kept += 1;
    return outcome;
  }

  answered(entry: number): void {
    if (this.#absorption.answered(entry)) this.shelf.answered(entry);
  }

  unanswered(entry: number): void {
    this.#absorption.unanswered(entry);
  }

  /** Takes in a segment that was moved into the spool, a former dead letter. */
  async adopt(folder: string, id: string, signal: Signal): Promise<SealedSegment> {
    const outcome = await recoverSegment(folder, id, signal, this.#logger);
    if (outcome === undefined) throw new Error(`${folder} holds no records`);
    if ('problem' in outcome) throw new Error(`${outcome.path} ${outcome.problem}`);
    this.shelf.put(outcome.segment, new Set());
    return outcome.segment;
  }

  status(): SpoolStatus {
    const open = [...this.#lanes.values()].flatMap((lane) => [
      ...(lane.open ? [lane.open] : []),
      ...lane.broken,
    ]);
    const waiting = this.shelf.waiting();
    const all = [...open, ...waiting];
    const oldest = all.reduce((min, each) => Math.min(min, each.openedAtMs), this.#now());
    return {
      bytes: this.#admission.usedBytes,
      maxBytes: this.#options.maxBytes,
      segments: all.length,
      rows: all.reduce((sum, each) => sum + each.rows, 0),
      oldestAgeMs: Math.max(0, this.#now() - oldest),
      unanswered: this.#absorption.size,
      diskFreeBytes: this.#admission.freeBytes,
      kept: this.#kept,
      absorbed: this.#absorbed,
      refused: { ...this.#refused },
      broken: [...this.#lanes.values()].reduce((sum, lane) => sum + lane.broken.length, 0),
      problems: this.#problems,
    };
  }

  /** From now on everything is refused; what was taken is written and sealed when this resolves. */
  async drain(): Promise<void> {
    this.#draining = true;
    await Promise.all([...this.#lanes.values()].map((lane) => lane.flush()));
  }

  /** Drains, writes the last marks and lets go of the folder. */
  async close(): Promise<void> {
    await this.drain();
    for (const timer of this.#timers) clearInterval(timer);
    await this.shelf.flush();
    this.#unlock();
  }

  #lane(signal: Signal): CommitLane {
    return new CommitLane({
      signal,
      limits: this.#options.seal,
      admission: this.#admission,
      logger: this.#logger,
      now: this.#now,
      openSegment: async () => {
        const segment = await this.#createSegment(signal);
        this.shelf.open(segment);
        return segment;
      },
      onKept: (segment, entries) => {
        for (const { n, at, key, digest } of entries)
          this.#absorption.track(n, absorptionKey(signal, key, digest), at, 'pending');
        this.shelf.kept(
          segment,
          entries.map((entry) => entry.n),
        );
      },
      onSealed: (segment) => this.#sealed(segment),
      waitingForStore: () => this.shelf.ready(signal),
    });
  }

  #createSegment(signal: Signal): Promise<OpenSegment> {
    this.#segmentCounter += 1;
    const at = Math.floor(this.#now());
    const id = segmentId(at, this.#segmentCounter % 46_656, randomBytes(4).toString('hex'));
    const { fsync, folder } = this.#options;
    return OpenSegment.create(join(folder, signal, id), {
      t: 'segment',
      v: 1,
      id,
      signal,
      at,
      fsync,
    });
  }

  #sealed(open: OpenSegment): void {
    if (open.entries === 0) {
      this.shelf.drop(open);
      rm(open.folder, { recursive: true, force: true }).catch((error: unknown) =>
        this.#logger.warn('segment_remove_failed', { segment: open.id, error }),
      );
      return;
    }
    const sealed = new SealedSegment({
      id: open.id,
      signal: open.signal,
      folder: open.folder,
      openedAtMs: open.openedAtMs,
      entries: open.entries,
      tables: open.tables,
      journalBytes: open.journalBytes,
      storedTables: new Set(),
      token: undefined,
      recovered: false,
      tried: undefined,
      ranges: [],
    });
    this.shelf.sealed(open, sealed);
  }

  async #poll(): Promise<void> {
    await this.#admission.poll();
    for (const entry of this.#absorption.expire(this.#now())) this.shelf.expired(entry);
  }

  async #syncAll(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.open?.sync()));
  }

  #laneOf(signal: Signal): CommitLane {
    const lane = this.#lanes.get(signal);
    if (!lane) throw new Error(`there is no signal ${signal}`);
    return lane;
  }

  #refusal<R extends SpoolOutcome & { kind: 'refused' }>(refusal: R): R {
    this.#refused[refusal.reason] += 1;
    return refusal;
  }

  #every(ms: number, action: () => unknown): void {
    let running = false;
    const timer = setInterval(async () => {
      if (running) return;
      running = true;
      try {
        await action();
      } catch (error) {
        this.#logger.error('spool_task_failed', { error });
      } finally {
        running = false;
      }
    }, ms);
    this.#timers.push(timer);
  }
}
