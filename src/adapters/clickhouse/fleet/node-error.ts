import type { FailureLayer } from '../../../model/fleet/cluster.ts';

interface NodeErrorOptions {
  /** What to look at or to do. */
  readonly hint?: string | undefined;
  /** ClickHouse's error code, where it answered with one. */
  readonly code?: number | undefined;
  readonly cause?: unknown;
}

/** A node could not be asked, or said no. The message says where and what, for a person. */
export class NodeError extends Error {
  readonly layer: FailureLayer;
  readonly hint: string | undefined;
  readonly code: number | undefined;

  constructor(layer: FailureLayer, message: string, options: NodeErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'NodeError';
    this.layer = layer;
    this.hint = options.hint;
    this.code = options.code;
  }
}
