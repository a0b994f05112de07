import { ResourceFrame, ScopeFrame } from './frame.ts';
import { Submessage } from './submessage.ts';
import type { WireReader } from './wire-reader.ts';

/** Takes the records of a request, scope by scope. */
export interface RecordSink {
  beginScope(resource: ResourceFrame, scope: ScopeFrame): void;
  /** Reads the record that the reader is in. */
  readRecord(reader: WireReader): void;
  endScope(): void;
}

/**
 * Reads an export request. The three signals share its outer shape: 1 = resources, each with
 * 1 = resource, 2 = scopes, 3 = schema URL; each scope with 1 = scope, 2 = records, 3 = schema URL.
 * A resource may follow its records on the wire, so each level is walked twice: first for what its
 * records share, then for the records.
 */
export function readRequest(reader: WireReader, sink: RecordSink): void {
  const frames = { resource: new ResourceFrame(), scope: new ScopeFrame() };
  while (reader.pos < reader.limit) {
    const tag = reader.tag();
    if (tag !== 0x0a) {
      reader.skip(tag);
      continue;
    }
    const outer = reader.enter();
    readResource(reader, sink, frames);
    reader.leave(outer);
  }
}

interface Frames {
  readonly resource: ResourceFrame;
  readonly scope: ScopeFrame;
}

function readResource(reader: WireReader, sink: RecordSink, frames: Frames): void {
  const start = reader.pos;
  const shared = readShared(reader);
  frames.resource.read(reader, shared.message, shared.urlStart, shared.urlEnd);
  reader.pos = start;
  while (reader.pos < reader.limit) {
    const tag = reader.tag();
    if (tag !== 0x12) {
      reader.skip(tag);
      continue;
    }
    const outer = reader.enter();
    readScope(reader, sink, frames);
    reader.leave(outer);
  }
}

function readScope(reader: WireReader, sink: RecordSink, frames: Frames): void {
  const start = reader.pos;
  const shared = readShared(reader);
  frames.scope.read(reader, shared.message, shared.urlStart, shared.urlEnd);
  sink.beginScope(frames.resource, frames.scope);
  reader.pos = start;
  while (reader.pos < reader.limit) {
    const tag = reader.tag();
    if (tag !== 0x12) {
      reader.skip(tag);
      continue;
    }
    const outer = reader.enter();
    sink.readRecord(reader);
    reader.leave(outer);
  }
  sink.endScope();
}

interface Shared {
  readonly message: Submessage;
  readonly urlStart: number;
  readonly urlEnd: number;
}

function readShared(reader: WireReader): Shared {
  const message = new Submessage();
  let urlStart = 0;
  let urlEnd = 0;
  while (reader.pos < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x0a) message.take(reader);
    else if (tag === 0x12) reader.pos = reader.lengthEnd();
    else if (tag === 0x1a) {
      urlEnd = reader.lengthEnd();
      urlStart = reader.pos;
      reader.checkText(urlStart, urlEnd);
      reader.pos = urlEnd;
    } else reader.skip(tag);
  }
  return { message, urlStart, urlEnd };
}
