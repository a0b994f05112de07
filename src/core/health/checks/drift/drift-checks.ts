import type { Check } from '../../check.ts';
import { accessDrift } from './access-drift.ts';
import { objectCounts } from './object-counts.ts';
import { schemaDrift } from './schema-drift.ts';

export const driftChecks: readonly Check[] = [schemaDrift, accessDrift, objectCounts];
