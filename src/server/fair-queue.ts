/**
 * Queues of waiting items, one for each owner (such as a project). Owners take turns: after one item, an owner goes to
 * the end.
 */
export class FairQueue<Item> {
  readonly #waiting = new Map<string, Item[]>();

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  has(owner: string): boolean {
    return this.#waiting.has(owner);
  }

  /** Lists the owners that wait, in the order of their turns. */
  owners(): string[] {
    return [...this.#waiting.keys()];
  }

  first(owner: string): Item | undefined {
    return this.#waiting.get(owner)?.[0];
  }

  add(owner: string, item: Item): void {
    const own = this.#waiting.get(owner);
    if (own) own.push(item);
    else this.#waiting.set(owner, [item]);
  }

  /** Adds an item before all other items of its owner. */
  addFirst(owner: string, item: Item): void {
    const own = this.#waiting.get(owner);
    if (own) own.unshift(item);
    else this.#waiting.set(owner, [item]);
  }

  /** Removes the first item of an owner, and moves the owner to the end of the turns. */
  take(owner: string): void {
    const own = this.#waiting.get(owner) ?? [];
    own.shift();
    this.#waiting.delete(owner);
    if (own.length > 0) this.#waiting.set(owner, own);
  }

  /** Removes an item that no longer waits. The owner keeps its turn. */
  remove(owner: string, item: Item): void {
    const own = this.#waiting.get(owner) ?? [];
    const place = own.indexOf(item);
    if (place >= 0) own.splice(place, 1);
    if (own.length === 0) this.#waiting.delete(owner);
  }
}
