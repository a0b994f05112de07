/** What receiver.ts and its children say to each other. */
export type ToChild = 'begin' | 'end' | 'close';
export type FromChild =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'begun' }
  /** CPU between `begin` and `end`, and all rows that were taken so far. */
  | { readonly kind: 'cost'; readonly cpuSeconds: number; readonly rows: number };

interface Measured {
  readonly port: number;
  /** Resolves to the rows taken so far when nothing is under way any more. */
  settled(): Promise<number>;
  close(): Promise<void>;
}

/** Answers the parent's questions about this process's CPU time. */
export function reportCpu({ port, settled, close }: Measured): void {
  const say = (message: FromChild) => process.send?.(message);
  let begin = process.cpuUsage();
  process.on('message', async (message: ToChild) => {
    if (message === 'begin') {
      begin = process.cpuUsage();
      say({ kind: 'begun' });
    } else if (message === 'end') {
      const rows = await settled();
      const { user, system } = process.cpuUsage(begin);
      say({ kind: 'cost', cpuSeconds: (user + system) / 1e6, rows });
    } else {
      await close();
      process.exit(0);
    }
  });
  say({ kind: 'ready', port });
}
