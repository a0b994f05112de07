import { measured, type NodeCheck, type Rule, unknown } from '../../check.ts';
import { dictionaries } from '../../readings/dictionaries.ts';
import { usableMemoryBytes } from '../../readings/machine.ts';
import { total } from '../../readings/recent-rows.ts';
import { memoryTables, primaryKeys } from '../../readings/schema.ts';
import { percentText, sizeText } from '../../wording.ts';

const rule = (severity: Rule['severity'], share: number): Rule => ({
  severity,
  all: [{ value: 'share', is: 'above', than: share }],
  source: 'Altinity/Skills (memory): 20, 25 and 30 % of RAM',
  message: ({ subject, values }) =>
    `The ${subject.object} hold ${percentText(Number(values.share))} of the memory (${sizeText(Number(values.bytes))} of ${sizeText(Number(values.memoryBytes))}).`,
});

/** What is kept in memory for good: primary keys, dictionaries and Memory tables. */
export const memoryHeld: NodeCheck = {
  id: 'memory-held',
  number: 68,
  title: 'Much memory is held for good',
  group: 'resources',
  dimension: 'resources',
  scope: 'node',
  needs: [
    { reading: dictionaries, columns: ['bytes'], absent: 'unknown' },
    { reading: memoryTables, absent: 'unknown' },
  ],
  uses: [primaryKeys],
  measure(node) {
    const memoryBytes = usableMemoryBytes(node);
    if (memoryBytes === undefined)
      return unknown('This server does not report how much memory its host has.');
    const item = (object: string, bytes: number | undefined) => ({
      subject: { object },
      values: { bytes, memoryBytes, share: bytes === undefined ? undefined : bytes / memoryBytes },
    });
    const keys = node.optionalRows(primaryKeys);
    return measured([
      item(
        'primary keys',
        node.gauge('TotalPrimaryKeyBytesInMemoryAllocated') ??
          (keys && total(keys, (row) => row.bytes)),
      ),
      item(
        'dictionaries',
        total(node.rows(dictionaries), (row) => row.bytes),
      ),
      item(
        'Memory tables',
        total(node.rows(memoryTables), (row) => row.bytes),
      ),
    ]);
  },
  rules: [rule('critical', 0.3), rule('high', 0.25), rule('warning', 0.2)],
  explanation:
    'Primary keys, dictionaries and Memory tables stay in memory whatever happens, so that less is left for queries and merges.',
  causes: [
    'A primary key with long or many columns on tables with very many rows',
    'A dictionary of a whole table where a cache or direct layout would do',
    'Memory or Join tables that are filled and never emptied',
  ],
  fix: ({ subject }) => ({
    sql: statements[subject.object ?? ''] ?? statements.dictionaries!,
    risk: 'safe',
    note: 'Shows which of them hold the memory.',
  }),
  proof: { kind: 'sql' },
};

const statements: Readonly<Record<string, string>> = {
  'primary keys':
    'SELECT database, table, formatReadableSize(sum(primary_key_bytes_in_memory_allocated)) AS memory FROM system.parts WHERE active GROUP BY database, table ORDER BY sum(primary_key_bytes_in_memory_allocated) DESC LIMIT 20',
  dictionaries:
    'SELECT name, type, element_count, formatReadableSize(bytes_allocated) AS memory FROM system.dictionaries ORDER BY bytes_allocated DESC LIMIT 20',
  'Memory tables':
    "SELECT database, name, engine, formatReadableSize(total_bytes) AS memory FROM system.tables WHERE engine IN ('Memory', 'Join', 'Set', 'Buffer') ORDER BY total_bytes DESC LIMIT 20",
};
