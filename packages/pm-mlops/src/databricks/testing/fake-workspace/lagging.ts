interface Entry<Item> {
  readonly item: Item;
  /** Listings that do not know yet that it came, or that it went. */
  lag: number;
  isGone: boolean;
}

/** A collection whose listing lags: what was put or removed shows there only after so many listings; `get` knows at once. */
export class Lagging<Item> {
  readonly #entries = new Map<string, Entry<Item>>();
  readonly #lag: () => number;

  constructor(lag: () => number) {
    this.#lag = lag;
  }

  put(key: string, item: Item): void {
    this.#entries.set(key, { item, lag: this.#lag(), isGone: false });
  }

  /** Undefined where it never was, or is gone. */
  get(key: string): Item | undefined {
    const entry = this.#entries.get(key);
    return entry?.isGone ? undefined : entry?.item;
  }

  wasRemoved(key: string): boolean {
    return this.#entries.get(key)?.isGone === true;
  }

  remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) Object.assign(entry, { lag: this.#lag(), isGone: true });
  }

  /** What there really is. */
  all(): Item[] {
    return [...this.#entries.values()].filter(({ isGone }) => !isGone).map(({ item }) => item);
  }

  /** What the service says there is; the next listing may know more. */
  listed(): Item[] {
    const listed: Item[] = [];
    for (const entry of this.#entries.values()) {
      const isShown = entry.lag > 0 ? entry.isGone : !entry.isGone;
      if (entry.lag > 0) entry.lag -= 1;
      if (isShown) listed.push(entry.item);
    }
    return listed;
  }
}
