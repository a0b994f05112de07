/**
 * The few pure globals that floors 0–2 may use. Those floors compile with `types: []` and without
 * the DOM library, so nothing else of the platform (process, fetch, timers) exists there.
 */
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(input: string, target: Uint8Array): { read: number; written: number };
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array | ArrayBuffer): string;
}
