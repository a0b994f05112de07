import { WireReader } from './wire-reader.ts';

/**
 * A singular submessage, which the wire may hold in several pieces: protobuf merges them, and that
 * equals reading the pieces one after the other.
 */
export class Submessage {
  private start = -1;
  private end = -1;
  private pieces: number[] | undefined;

  /** Takes the length-delimited piece at the reader's position. */
  take(reader: WireReader): void {
    const end = reader.lengthEnd();
    this.add(reader.pos, end);
    reader.pos = end;
  }

  add(start: number, end: number): void {
    if (this.start < 0) {
      this.start = start;
      this.end = end;
    } else {
      this.pieces ??= [this.start, this.end];
      this.pieces.push(start, end);
    }
  }

  get present(): boolean {
    return this.start >= 0;
  }

  /** A reader of it, one level below `outer`, or undefined when it is absent. */
  open(outer: WireReader): WireReader | undefined {
    if (this.start < 0) return undefined;
    if (!this.pieces) return outer.part(this.start, this.end);
    return new WireReader(joined(outer.bytes, this.pieces), 0, undefined, outer.depth + 1, false);
  }
}

function joined(bytes: Uint8Array, pieces: readonly number[]): Uint8Array {
  let size = 0;
  for (let i = 0; i < pieces.length; i += 2) size += pieces[i + 1]! - pieces[i]!;
  const all = new Uint8Array(size);
  let at = 0;
  for (let i = 0; i < pieces.length; i += 2) {
    all.set(bytes.subarray(pieces[i]!, pieces[i + 1]!), at);
    at += pieces[i + 1]! - pieces[i]!;
  }
  return all;
}
