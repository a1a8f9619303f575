/** Whom a walk has met, by their numbers: a bit each, so that a row of the table holds them. */
export class Seen {
  #bits: Buffer;

  constructor(text = '') {
    this.#bits = Buffer.from(text, 'base64');
  }

  add(number: number): void {
    const byte = number >> 3;
    if (byte >= this.#bits.length) {
      this.#bits = Buffer.concat([
        this.#bits,
        Buffer.alloc(Math.max(1024, byte + 1 - this.#bits.length)),
      ]);
    }
    this.#bits[byte] = (this.#bits[byte] ?? 0) | (1 << (number & 7));
  }

  has(number: number): boolean {
    return ((this.#bits[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }

  clear(): void {
    this.#bits = Buffer.alloc(0);
  }

  get text(): string {
    return this.#bits.toString('base64');
  }
}
