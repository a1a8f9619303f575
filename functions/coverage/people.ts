import { kindBits } from './kinds.ts';
import { type Look, lookAt, type Person } from './person.ts';

/** A person with the number that they have for good. */
interface Numbered {
  readonly number: number;
  readonly person: Person;
}

const shift = 2 ** kindBits;

/**
 * Everybody whom the report named before, by object id. Most have no open question: of them only number
 * and kinds are kept, in one number.
 */
export class People {
  readonly #settled = new Map<string, number>();
  readonly #others = new Map<string, Numbered>();
  #next = 0;

  get size(): number {
    return this.#settled.size + this.#others.size;
  }

  /** How many numbers were given. */
  get numbers(): number {
    return this.#next;
  }

  get(id: string): Numbered | undefined {
    const settled = this.#settled.get(id);
    if (settled === undefined) return this.#others.get(id);
    const number = Math.floor(settled / shift);
    return { number, person: { kinds: settled - number * shift, open: 0, told: 0 } };
  }

  set(id: string, { number, person }: Numbered): void {
    this.#next = Math.max(this.#next, number + 1);
    const { open, used, ended, changedAt } = person;
    if (open === 0 && !used && !ended && !changedAt) {
      this.#others.delete(id);
      this.#settled.set(id, number * shift + person.kinds);
    } else {
      this.#settled.delete(id);
      this.#others.set(id, { number, person });
    }
  }

  remove(id: string): void {
    this.#settled.delete(id);
    this.#others.delete(id);
  }

  /** Looks at somebody. Returns them where something changed. */
  look(
    id: string,
    kinds: number,
    look: Look,
  ): { readonly number: number; readonly changed?: Numbered } {
    const known = this.get(id);
    const person = lookAt(known?.person, kinds, look);
    const number = known?.number ?? this.#next;
    if (known && known.person === person) return { number };
    const changed = { number, person };
    this.set(id, changed);
    return { number, changed };
  }

  /** Those with open questions, by object id. */
  open(): Map<string, Person> {
    const found = new Map<string, Person>();
    for (const [id, { person }] of this.#others) if (person.open !== 0) found.set(id, person);
    return found;
  }

  /** How many have a kind, by its bit. */
  holders(): number[] {
    const counts = Array.from({ length: kindBits }, () => 0);
    const count = (kinds: number) => {
      for (let bit = 0; bit < kindBits; bit += 1)
        if (kinds & (1 << bit)) counts[bit] = (counts[bit] ?? 0) + 1;
    };
    for (const settled of this.#settled.values()) count(settled % shift);
    for (const { person } of this.#others.values()) count(person.kinds);
    return counts;
  }

  /** Everybody's object id and number. */
  *ids(): Generator<readonly [string, number]> {
    for (const [id, settled] of this.#settled) yield [id, Math.floor(settled / shift)];
    for (const [id, { number }] of this.#others) yield [id, number];
  }
}
