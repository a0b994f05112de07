import { measured, type NodeCheck, unknown } from '../../check.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { countText } from '../../wording.ts';

const windowMs = 600_000;

/** Buffer tables that could not write their rows on. */
export const bufferFlush: NodeCheck = {
  id: 'buffer-flush',
  number: 91,
  title: 'Buffer tables cannot be flushed',
  group: 'integrations',
  dimension: 'ingestion',
  scope: 'node',
  about: { objects: objectKinds.bufferTables },
  needs: [],
  series: ['StorageBufferErrorOnFlush'],
  measure(node) {
    const errors = node.increase('StorageBufferErrorOnFlush', windowMs);
    if (errors === undefined) return unknown('This server does not count the flushes of buffers.');
    return measured([{ subject: {}, values: { errors } }]);
  },
  rules: [
    {
      severity: 'high',
      all: [{ value: 'errors', is: 'above', than: 0 }],
      source: 'Altinity/clickhouse-operator: StorageBufferErrorOnFlush grows',
      message: ({ values }) =>
        `${countText(Number(values.errors), 'flush', 'flushes')} of Buffer tables failed within ten minutes.`,
    },
  ],
  explanation:
    'Rows of a Buffer table are only in memory until they are flushed: what cannot be flushed is lost when the server stops.',
  causes: [
    'The table behind the buffer is gone, or has other columns',
    'It is read-only, has too many parts, or its disk is full',
  ],
  fix: () => ({
    sql: "SELECT database, name, engine_full, total_rows FROM system.tables WHERE engine = 'Buffer'",
    risk: 'safe',
    note: 'Shows the Buffer tables and where they write to. OPTIMIZE TABLE flushes one at once and says what fails.',
  }),
  proof: { kind: 'fault' },
};
