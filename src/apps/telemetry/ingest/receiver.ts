/** A running receiver, whichever protocol it speaks. */
export interface Receiver {
  readonly port: number;
  /** What it is busy with at this moment. */
  load(): ReceiverLoad;
  /** Takes no new requests; resolves when those in flight are answered, or at the deadline. */
  drain(deadlineMs: number): Promise<void>;
}

export interface ReceiverLoad {
  readonly requests: number;
  readonly connections: number;
}

export interface ReceiverAddress {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
}
