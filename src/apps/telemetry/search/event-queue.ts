/**
 * Items between a producer that should not wait for its consumer and a consumer that may be slow.
 * The producer is held back only when `mostBytes` wait.
 */
export class EventQueue<Item> {
  readonly #mostBytes: number;
  readonly #items: { item: Item; bytes: number }[] = [];
  #bytes = 0;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #wakeConsumer: (() => void) | undefined;
  #wakeProducer: (() => void) | undefined;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Resolves when there is room for more. */
  async push(item: Item, bytes: number): Promise<void> {
    this.#items.push({ item, bytes });
    this.#bytes += bytes;
    this.#wakeConsumer?.();
    if (this.#bytes <= this.#mostBytes || this.#ended) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wakeProducer = resolve;
    await promise;
  }

  end(failure?: { readonly error: unknown }): void {
    this.#ended = true;
    this.#failure = failure;
    this.#wakeConsumer?.();
  }

  /** Items in order; then the failure, if there was one. Leaving lets the producer go on. */
  async *drain(): AsyncGenerator<Item> {
    try {
      while (true) {
        const next = this.#items.shift();
        if (next) {
          this.#bytes -= next.bytes;
          if (this.#bytes <= this.#mostBytes) this.#wakeProducer?.();
          yield next.item;
          continue;
        }
        if (this.#failure) throw this.#failure.error;
        if (this.#ended) return;
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wakeConsumer = resolve;
        await promise;
      }
    } finally {
      this.#ended = true;
      this.#wakeProducer?.();
    }
  }
}
