/**
 * What a room needs of a log: an event's name in snake_case (`segment_stored`) and its fields.
 * `apps/server` hands out an implementation; tests may collect the lines.
 */
export interface Logger {
  debug(event: string, fields?: Readonly<Record<string, unknown>>): void;
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}
