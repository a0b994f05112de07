/**
 * Thrown inside this room where input is not OTLP, and turned into a `MalformedOtlp` at its door
 * (`decode-otlp.ts`): the readers are deep, and a result at each step would double their cost.
 */
export class MalformedInput extends Error {
  readonly offset: number | undefined;
  /** The input is well-formed but larger than a limit. */
  readonly tooLarge: boolean;

  constructor(message: string, offset?: number, tooLarge = false) {
    super(message);
    this.name = 'MalformedInput';
    this.offset = offset;
    this.tooLarge = tooLarge;
  }
}
