import { err, ok, type Result } from '../../base/result.ts';
import type { TimeRange } from './instants.ts';

/**
 * Where a page of a search ended. Rows are ordered by time, then by the place where ClickHouse
 * first stored them (shard, block, row in the block), which merges keep: so rows of equal time are
 * neither skipped nor repeated, and rows that arrive while someone pages do not shift anything.
 */
export interface RowPlace {
  readonly timeNs: bigint;
  readonly shard: number;
  readonly block: bigint;
  readonly offset: bigint;
}

export interface SearchCursor {
  /** The range of the first page: a range relative to now must not move while paging. */
  readonly range: TimeRange;
  /** The last row given out, or the time down to which everything was searched. */
  readonly after: RowPlace | { readonly beforeNs: bigint };
}

/** What a cursor belongs to: using it with another search is an error. */
export interface CursorOwner {
  readonly source: string;
  readonly where: string;
  readonly language: string;
  readonly from?: string | number | undefined;
  readonly to?: string | number | undefined;
}

const version = '1';

/** An opaque word of base64url. */
export function encodeCursor(cursor: SearchCursor, owner: CursorOwner): string {
  const { after, range } = cursor;
  const place =
    'beforeNs' in after
      ? [after.beforeNs]
      : [after.timeNs, BigInt(after.shard), after.block, after.offset];
  const parts = [version, fingerprint(owner), range.fromNs, range.toNs, ...place];
  return toBase64url(parts.join('.'));
}

/** The error is a sentence for the caller. */
export function decodeCursor(text: string, owner: CursorOwner): Result<SearchCursor, string> {
  const broken = err('the cursor is not one that a search gave out; leave it away to start anew');
  const [tag, print, ...rest] = fromBase64url(text).split('.');
  if (tag !== version || print === undefined) return broken;
  if (rest.length !== 3 && rest.length !== 6) return broken;
  if (!rest.every((part) => /^-?\d{1,20}$/.test(part))) return broken;
  if (print !== fingerprint(owner))
    return err(
      'the cursor belongs to another search; send it with the same source, where, language, from and to',
    );
  const [fromNs = 0n, toNs = 0n, timeNs = 0n, shard, block, offset] = rest.map(BigInt);
  if (fromNs >= toNs || timeNs < fromNs || timeNs > toNs) return broken;
  const range = { fromNs, toNs };
  if (shard === undefined || block === undefined || offset === undefined)
    return ok({ range, after: { beforeNs: timeNs } });
  return ok({ range, after: { timeNs, shard: Number(shard), block, offset } });
}

/** FNV-1a, 64 bits, of everything that makes two searches differ. Not a secret, only a check. */
function fingerprint(owner: CursorOwner): string {
  const text = JSON.stringify([
    owner.source,
    owner.where,
    owner.language,
    owner.from ?? null,
    owner.to ?? null,
  ]);
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString();
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Of ASCII text. The pure floors have neither Buffer nor btoa. */
function toBase64url(text: string): string {
  let bits = 0;
  let held = 0;
  let out = '';
  for (const byte of new TextEncoder().encode(text)) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out += alphabet[(held >> bits) & 63];
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? out + alphabet[(held << (6 - bits)) & 63] : out;
}

/** Gives '' for what is not base64url. */
function fromBase64url(text: string): string {
  if (text.length > 400) return '';
  let bits = 0;
  let held = 0;
  let out = '';
  for (const letter of text) {
    const value = alphabet.indexOf(letter);
    if (value < 0) return '';
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += String.fromCharCode((held >> bits) & 255);
    }
    held &= (1 << bits) - 1;
  }
  return out;
}
