/** Collects the values of a statement's placeholders. Equal values share one placeholder. */
export class Parameters {
  readonly values: Record<string, string> = {};
  private readonly prefix: string;
  private readonly known = new Map<string, string>();

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** A placeholder for `value`, such as `{p0:String}`. Lone surrogates become U+FFFD. */
  bind(value: string, type: string): string {
    const text = value.toWellFormed();
    const key = `${type} ${text}`;
    const placeholder =
      this.known.get(key) ?? `{${this.prefix}${Object.keys(this.values).length}:${type}}`;
    if (!this.known.has(key)) {
      this.known.set(key, placeholder);
      this.values[placeholder.slice(1, placeholder.indexOf(':'))] = text;
    }
    return placeholder;
  }
}
