import { WireReader } from './wire-reader.ts';

/**
 * A singular submessage, which the wire may hold in several pieces: protobuf merges them, and that
 * equals reading the pieces one after the other, as long as each ends where a field ends.
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
    return new WireReader(joined(outer, this.pieces), 0, undefined, outer.depth + 1, false);
  }
}

function joined(outer: WireReader, pieces: readonly number[]): Uint8Array {
  const { bytes } = outer;
  let size = 0;
  for (let i = 0; i < pieces.length; i += 2) {
    size += pieces[i + 1]! - pieces[i]!;
    // Else the beginning of a field could be completed by the next piece.
    const piece = outer.part(pieces[i]!, pieces[i + 1]!);
    while (piece.pos < piece.limit) piece.skip(piece.tag());
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (let i = 0; i < pieces.length; i += 2) {
    all.set(bytes.subarray(pieces[i]!, pieces[i + 1]!), at);
    at += pieces[i + 1]! - pieces[i]!;
  }
  return all;
}
