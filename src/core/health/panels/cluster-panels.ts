import { detachedParts } from '../readings/parts.ts';
import { computed, defineReading, number, text } from '../readings/reading-definition.ts';
import { healthy, nothing, type Panel } from './panel.ts';

/** What the page of a cluster shows beside the charts. */
export const clusterPanels = {
  compression: {
    title: 'Compression',
    none: nothing('There is no MergeTree table that the monitoring user can see.'),
    asks: 'all',
    reading: defineReading({
      name: 'panel_compression',
      tier: 'parts',
      table: 'parts',
      columns: {
        database: text('database'),
        table: text('table'),
        compressedBytes: number('data_compressed_bytes', 'sum(data_compressed_bytes)'),
        uncompressedBytes: number('data_uncompressed_bytes', 'sum(data_uncompressed_bytes)'),
        ratio: computed('number', {
          needs: ['data_compressed_bytes', 'data_uncompressed_bytes'],
          sql: 'if(sum(data_compressed_bytes) > 0, sum(data_uncompressed_bytes) / sum(data_compressed_bytes), NULL)',
        }),
        rows: number('rows', 'sum(rows)'),
      },
      where: [{ needs: ['active'], sql: 'active' }],
      groupBy: ['database', 'table'],
      orderBy: [{ needs: ['data_compressed_bytes'], sql: 'sum(data_compressed_bytes) DESC' }],
      limit: 50,
    }),
  },
  detached: {
    title: 'Broken and detached parts',
    none: healthy('No part was set aside by a server.'),
    asks: 'kept',
    reading: detachedParts,
  },
} as const satisfies Record<string, Panel>;
