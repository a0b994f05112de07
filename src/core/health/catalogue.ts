import type { Check } from './check.ts';
import { driftChecks } from './checks/drift/drift-checks.ts';
import { integrationsChecks } from './checks/integrations/integrations-checks.ts';
import { keeperChecks } from './checks/keeper/keeper-checks.ts';
import { partsChecks } from './checks/parts/parts-checks.ts';
import { reachabilityChecks } from './checks/reachability/reachability-checks.ts';
import { replicationChecks } from './checks/replication/replication-checks.ts';
import { resourcesChecks } from './checks/resources/resources-checks.ts';
import { securityChecks } from './checks/security/security-checks.ts';
import { storageChecks } from './checks/storage/storage-checks.ts';
import { workloadChecks } from './checks/workload/workload-checks.ts';
import { ownStatements } from './readings/query-log.ts';
import type { ReadingDefinition } from './readings/reading-definition.ts';
import { settingReadings } from './readings/settings.ts';

/** Every check. A group is an array in its folder; add it here. */
export const checks: readonly Check[] = [
  ...reachabilityChecks,
  ...replicationChecks,
  ...keeperChecks,
  ...partsChecks,
  ...storageChecks,
  ...resourcesChecks,
  ...workloadChecks,
  ...integrationsChecks,
  ...driftChecks,
  ...securityChecks,
];

/**
 * Every reading that a check needs or can use, by name, the settings that thresholds follow, and
 * what the monitor itself costs.
 */
export const readings: ReadonlyMap<string, ReadingDefinition> = new Map(
  [
    ...settingReadings,
    ownStatements,
    ...checks.flatMap((check) => [
      ...check.needs.map((need) => need.reading),
      ...(check.uses ?? []),
      ...(check.about?.objects ? [check.about.objects.reading] : []),
    ]),
  ].map((reading) => [reading.name, reading]),
);

/** Names of counters and gauges whose history some check looks at. */
export const trackedSeries: readonly string[] = [
  ...new Set(checks.flatMap((check) => check.series ?? [])),
].sort();
