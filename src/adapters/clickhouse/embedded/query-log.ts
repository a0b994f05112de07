/** What the front knows of one query, in the terms of system.query_log. */
export interface QueryLogEntry {
  readonly type: 'QueryFinish' | 'ExceptionBeforeStart' | 'ExceptionWhileProcessing';
  readonly queryId: string;
  readonly user: string;
  readonly database: string;
  readonly query: string;
  readonly queryKind: string;
  readonly logComment: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly readRows: number;
  readonly readBytes: number;
  readonly writtenRows: number;
  readonly writtenBytes: number;
  readonly resultRows: number;
  readonly resultBytes: number;
  readonly exceptionCode: number;
  readonly exception: string;
  readonly interface: number;
  readonly address: string;
}
