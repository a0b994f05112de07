import type { paths } from './schema.d.ts';
import type { BodyOf, DataOf } from './shapes.ts';

/** What the page calls the shapes of the fleet's API. They are those of the generated client. */
type Clusters = paths['/api/v1/clusters'];
type Of<Path extends keyof paths> = paths[Path] extends { get: infer Get } ? DataOf<Get> : never;

export type Cluster = DataOf<Clusters['get']>['clusters'][number];
export type ClusterNode = Cluster['nodes'][number];
export type ClusterStatus = Cluster['status'];
export type ClusterBody = BodyOf<Clusters['post']>;
export type ClusterChange = BodyOf<paths['/api/v1/clusters/{id}']['patch']>;
export type Address = NonNullable<ClusterBody['nodes']>[number];
export type TestBody = BodyOf<paths['/api/v1/clusters/test']['post']>;
export type TestData = DataOf<paths['/api/v1/clusters/test']['post']>;
export type Capability = TestData['capabilities'][number];
export type Finding = Of<'/api/v1/clusters/{id}/findings'>['findings'][number];
export type FleetSeverity = Finding['severity'];
export type FindingDetail = Of<'/api/v1/clusters/{id}/findings/{finding}'>;
export type MarkBody = BodyOf<paths['/api/v1/clusters/{id}/marks']['post']>;
export type ScorePoint = Of<'/api/v1/clusters/{id}/score'>['points'][number];
export type CheckOutcome = Of<'/api/v1/clusters/{id}/outcomes'>['outcomes'][number];
export type SeriesData = Of<'/api/v1/clusters/{id}/series'>;
export type ReadingData = Of<'/api/v1/clusters/{id}/readings/{name}'>;
export type ReadingNode = ReadingData['nodes'][number];
export type CostData = Of<'/api/v1/clusters/{id}/cost'>;
export type HistoryData = Of<'/api/v1/clusters/{id}/history'>;
export type Check = Of<'/api/v1/checks'>['checks'][number];
export type SeriesGap = NonNullable<SeriesData['gap']>;
export type NodeData = Of<'/api/v1/clusters/{id}/nodes/{node}'>;
export type Chart = Of<'/api/v1/charts'>['groups'][number]['charts'][number];
export type PanelData = Of<'/api/v1/clusters/{id}/panels/{panel}'>;
export type TableSize = Of<'/api/v1/clusters/{id}/table/size'>;
type PanelOf<Path extends keyof paths> = paths[Path] extends {
  get: { parameters: { path: { panel: infer Panel } } };
}
  ? Panel
  : never;
export type ClusterPanel = PanelOf<'/api/v1/clusters/{id}/panels/{panel}'>;
export type NodePanel = PanelOf<'/api/v1/clusters/{id}/nodes/{node}/panels/{panel}'>;
export type TablePanel = PanelOf<'/api/v1/clusters/{id}/table/panels/{panel}'>;
