/** A binary heap: the least item first; of equal ones, the one that was put in first. */
export class Heap<T> {
  readonly #items: { readonly at: number; readonly order: number; readonly item: T }[] = [];
  #order = 0;

  get size(): number {
    return this.#items.length;
  }

  /** The least `at`, infinity where there is none. */
  get next(): number {
    return this.#items[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  push(at: number, item: T): void {
    const items = this.#items;
    this.#order += 1;
    const added = { at, order: this.#order, item };
    let index = items.length;
    items.push(added);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = items[parent];
      if (!above || isBefore(above, added)) break;
      items[index] = above;
      index = parent;
    }
    items[index] = added;
  }

  pop(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const moved = items.pop();
    if (!first || !moved) return undefined;
    if (items.length === 0) return first.item;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      let below = items[child];
      if (!below) break;
      const right = items[child + 1];
      if (right && isBefore(right, below)) {
        child += 1;
        below = right;
      }
      if (isBefore(moved, below)) break;
      items[index] = below;
      index = child;
    }
    items[index] = moved;
    return first.item;
  }
}

interface Placed {
  readonly at: number;
  readonly order: number;
}

const isBefore = (one: Placed, other: Placed) =>
  one.at < other.at || (one.at === other.at && one.order < other.order);
