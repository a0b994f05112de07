/** The only user of the HTTP front. */
export const frontUser = 'castellan';

/** What parent and child say to each other over IPC. */
export interface StartMessage {
  readonly type: 'start';
  /** Folder of the engine itself. */
  readonly engineDir: string;
  /** Files below it may be inserted by path. */
  readonly dataDir: string;
  readonly database: string;
  readonly token: string;
  /** 0 at the first start; then the port that was chosen. */
  readonly port: number;
  readonly maxConcurrentQueries: number;
  readonly maxBodyBytes: number;
  readonly memoryBodyBytes: number;
}

export type ParentMessage = StartMessage | { readonly type: 'stop'; readonly deadlineMs: number };

export type ChildMessage =
  | { readonly type: 'ready'; readonly port: number; readonly version: string }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | {
      readonly type: 'log';
      readonly level: 'info' | 'warn' | 'error';
      readonly event: string;
      readonly fields: Record<string, unknown>;
    };
