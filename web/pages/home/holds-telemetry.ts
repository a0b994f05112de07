interface Stored {
  readonly store: {
    readonly tables: readonly { readonly table: string; readonly rows: number }[];
  };
}

/** Whether anything was ever sent; the samples of clusters are the monitor's own. */
export const holdsTelemetry = ({ store }: Stored): boolean =>
  store.tables.some(({ table, rows }) => rows > 0 && !table.startsWith('fleet_'));
