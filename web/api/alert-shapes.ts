import type { paths } from './schema.d.ts';
import type { BodyOf, DataOf } from './shapes.ts';

/** What the page calls the shapes of the alerts' API. They are those of the generated client. */
type Of<Path extends keyof paths> = paths[Path] extends { get: infer Get } ? DataOf<Get> : never;

export type Alert = Of<'/api/v1/alerts'>['alerts'][number];
export type Silence = Of<'/api/v1/silences'>['silences'][number];
export type SilenceBody = BodyOf<paths['/api/v1/silences']['post']>;
export type Maintenance = Of<'/api/v1/maintenance'>['windows'][number];
export type MaintenanceBody = BodyOf<paths['/api/v1/maintenance']['post']>;
export type AlertMatch = Silence['match'];
export type Rule = Of<'/api/v1/rules'>['rules'][number];
export type RuleBody = BodyOf<paths['/api/v1/rules']['post']>;
export type RuleSource = RuleBody['source'];
export type DryRun = DataOf<paths['/api/v1/rules/dry-run']['post']>;
export type Channel = Of<'/api/v1/channels'>['channels'][number];
export type ChannelBody = BodyOf<paths['/api/v1/channels']['post']>;
export type ChannelChange = BodyOf<paths['/api/v1/channels/{id}']['put']>;
export type ChannelTest = DataOf<paths['/api/v1/channels/{id}/test']['post']>;
export type Delivery = Of<'/api/v1/deliveries'>['deliveries'][number];
