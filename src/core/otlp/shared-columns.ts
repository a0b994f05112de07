import { DictionaryColumn } from './dictionary-column.ts';
import type { ResourceFrame, ScopeFrame } from './frame.ts';
import { SharedMapColumn } from './shared-map-column.ts';
import { WordColumn } from './word-column.ts';

/** The columns of a record's resource and scope, which every table has. */
export class SharedColumns {
  readonly columns = {
    ServiceName: new DictionaryColumn(),
    ResourceSchemaUrl: new DictionaryColumn(),
    ResourceAttributes: new SharedMapColumn(),
    ResourceDroppedAttrCount: new WordColumn(),
    ScopeSchemaUrl: new DictionaryColumn(),
    ScopeName: new DictionaryColumn(),
    ScopeVersion: new DictionaryColumn(),
    ScopeAttributes: new SharedMapColumn(),
    ScopeDroppedAttrCount: new WordColumn(),
  };

  /** Bytes that they take for each row where they are written out. */
  static unitSize(resource: ResourceFrame, scope: ScopeFrame): number {
    return (
      SharedMapColumn.unitSize(resource.attributes) + SharedMapColumn.unitSize(scope.attributes)
    );
  }

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
