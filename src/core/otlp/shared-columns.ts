import { ByteColumn } from './byte-column.ts';
import type { ResourceFrame, ScopeFrame } from './frame.ts';
import { MapColumn } from './map-column.ts';
import { WordColumn } from './word-column.ts';

/** The columns of a record's resource and scope, which every table has. */
export class SharedColumns {
  readonly columns = {
    ServiceName: new ByteColumn(),
    ResourceSchemaUrl: new ByteColumn(),
    ResourceAttributes: new MapColumn(),
    ResourceDroppedAttrCount: new WordColumn(),
    ScopeSchemaUrl: new ByteColumn(),
    ScopeName: new ByteColumn(),
    ScopeVersion: new ByteColumn(),
    ScopeAttributes: new MapColumn(),
    ScopeDroppedAttrCount: new WordColumn(),
  };

  /** Writes them for the rows of a run, which share them. */
  repeat(resource: ResourceFrame, scope: ScopeFrame, times: number): void {
    const { columns } = this;
    columns.ServiceName.pushRepeated(resource.serviceName, times);
    columns.ResourceSchemaUrl.pushRepeated(resource.schemaUrl, times);
    columns.ResourceAttributes.pushRepeated(resource.attributes, times);
    columns.ResourceDroppedAttrCount.pushRepeated32(resource.droppedAttributes, times);
    columns.ScopeSchemaUrl.pushRepeated(scope.schemaUrl, times);
    columns.ScopeName.pushRepeated(scope.name, times);
    columns.ScopeVersion.pushRepeated(scope.version, times);
    columns.ScopeAttributes.pushRepeated(scope.attributes, times);
    columns.ScopeDroppedAttrCount.pushRepeated32(scope.droppedAttributes, times);
  }
}
