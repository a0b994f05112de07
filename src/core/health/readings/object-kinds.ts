import { dictionaries } from './dictionaries.ts';
import { keeperTable } from './keeper.ts';
import { defineReading, number, type ReadingDefinition, text } from './reading-definition.ts';
import { replicas } from './replication.ts';

/** A kind of object without which some checks have nothing to look at. */
export interface ObjectKind {
  /** As a sentence goes on: `there are no Kafka tables`. */
  readonly plural: string;
  /** Has rows of such objects; every row is one, where there is no `engine`. */
  readonly reading: ReadingDefinition;
  /** Only rows of this engine are. */
  readonly engine?: string;
}

/** Engines of all tables that the user may see, those of the system included. */
const presentEngines = defineReading({
  name: 'present_engines',
  tier: 'slow',
  table: 'tables',
  columns: { engine: text('engine'), tables: number('engine', 'count()') },
  groupBy: ['engine'],
});

const ofEngine = (plural: string, engine: string): ObjectKind => ({
  plural,
  reading: presentEngines,
  engine,
});

export const objectKinds = {
  replicatedTables: { plural: 'replicated tables', reading: replicas },
  dictionaries: { plural: 'dictionaries', reading: dictionaries },
  kafkaTables: ofEngine('Kafka tables', 'Kafka'),
  distributedTables: ofEngine('Distributed tables', 'Distributed'),
  bufferTables: ofEngine('Buffer tables', 'Buffer'),
  materializedViews: ofEngine('materialized views', 'MaterializedView'),
  keeper: { plural: 'Keeper servers configured', reading: keeperTable },
} as const satisfies Readonly<Record<string, ObjectKind>>;
