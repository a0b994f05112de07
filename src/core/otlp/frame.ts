import { asciiBytes, ByteColumn } from './byte-column.ts';
import { pushKeyValue } from './key-value.ts';
import { MapColumn } from './map-column.ts';
import type { Submessage } from './submessage.ts';
import type { WireReader } from './wire-reader.ts';

const serviceNameKey = asciiBytes('service.name');

/** What all records of one resource share, encoded once as the columns hold it. */
export class ResourceFrame {
  readonly attributes = new MapColumn();
  readonly serviceName = new ByteColumn(64);
  readonly schemaUrl = new ByteColumn(64);
  droppedAttributes = 0;

  /** Reads a Resource (absent: all empty) and the schema URL beside it, already checked. */
  read(outer: WireReader, resource: Submessage, urlStart: number, urlEnd: number): void {
    const { attributes } = this;
    attributes.clear();
    this.droppedAttributes = 0;
    attributes.begin();
    const reader = resource.open(outer);
    while (reader && reader.pos < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x0a) pushKeyValue(reader, attributes);
      else if (tag === 0x10) this.droppedAttributes = reader.word();
      else if (tag === 0x1a) checkEntityRef(reader);
      else reader.skip(tag);
    }
    attributes.end();
    setString(this.schemaUrl, outer, urlStart, urlEnd);
    this.serviceName.clear();
    if (!attributes.copyValue(serviceNameKey, this.serviceName)) this.serviceName.pushByte(0);
  }
}

/** What all records of one scope share. */
export class ScopeFrame {
  readonly name = new ByteColumn(64);
  readonly version = new ByteColumn(64);
  readonly schemaUrl = new ByteColumn(64);
  readonly attributes = new MapColumn();
  droppedAttributes = 0;

  /** Reads an InstrumentationScope (absent: all empty) and the schema URL beside it. */
  read(outer: WireReader, scope: Submessage, urlStart: number, urlEnd: number): void {
    const { attributes, name, version } = this;
    attributes.clear();
    this.droppedAttributes = 0;
    setString(name, outer, 0, 0);
    setString(version, outer, 0, 0);
    attributes.begin();
    const reader = scope.open(outer);
    while (reader && reader.pos < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x0a || tag === 0x12) {
        const end = reader.lengthEnd();
        setString(tag === 0x0a ? name : version, reader, reader.pos, end);
        reader.pos = end;
      } else if (tag === 0x1a) pushKeyValue(reader, attributes);
      else if (tag === 0x20) this.droppedAttributes = reader.word();
      else reader.skip(tag);
    }
    attributes.end();
    setString(this.schemaUrl, outer, urlStart, urlEnd);
  }
}

function setString(column: ByteColumn, reader: WireReader, start: number, end: number): void {
  column.clear();
  reader.copyText(column, start, end);
}

/** An EntityRef is not stored (the attributes it names are), but it must be well-formed. */
function checkEntityRef(reader: WireReader): void {
  const outer = reader.enter();
  while (reader.pos < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x0a || tag === 0x12 || tag === 0x1a || tag === 0x22) {
      const end = reader.lengthEnd();
      reader.checkText(reader.pos, end);
      reader.pos = end;
    } else reader.skip(tag);
  }
  reader.leave(outer);
}
