/** Counts of this process, for whoever shows them. The values of a label are few: none holds what a graph makes up. */
export class Tally<Label extends string> {
  readonly #counts = new Map<string, { labels: Record<Label, string>; value: number }>();

  add(labels: Record<Label, string>): void {
    const key = Object.values(labels).join(' ');
    const known = this.#counts.get(key);
    if (known) known.value += 1;
    else this.#counts.set(key, { labels, value: 1 });
  }

  counts(): { labels: Record<Label, string>; value: number }[] {
    return [...this.#counts.values()];
  }
}

export const providerRequests = new Tally<'provider' | 'outcome'>();
export const sandboxKills = new Tally<'reason'>();
