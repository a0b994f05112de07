interface Stored {
  readonly store: {
    readonly tables: readonly { readonly table: string; readonly rows: number }[];
  };
}

/** Whether anything was ever sent. Other tables are Castellan's own: samples, migrations. */
export const holdsTelemetry = ({ store }: Stored): boolean =>
  store.tables.some(({ table, rows }) => rows > 0 && table.startsWith('otel_'));
