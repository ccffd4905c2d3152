/** A text that was written and not saved. */
export interface Draft {
  text: string;
  /** The version that it was begun on; a new graph has none. */
  version?: number;
  at: string;
}

/** Whose draft it is, and of which graph: null of one that is not there yet. */
export interface DraftPlace {
  person: string;
  graph: string | null;
}

const keyOf = ({ person, graph }: DraftPlace): string =>
  `rehearse-draft ${person} ${graph === null ? '' : encodeURIComponent(graph)}`;

/** What was written survives the page that it was written on, in this browser. */
export class Drafts {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
    this.#storage = storage;
  }

  read(place: DraftPlace): Draft | null {
    try {
      const draft = JSON.parse(this.#storage.getItem(keyOf(place)) ?? 'null') as Draft | null;
      return typeof draft?.text === 'string' ? draft : null;
    } catch {
      return null;
    }
  }

  /** Whether there was room for it. */
  keep(place: DraftPlace, draft: Draft): boolean {
    try {
      this.#storage.setItem(keyOf(place), JSON.stringify(draft));
      return true;
    } catch {
      return false;
    }
  }

  forget(place: DraftPlace): void {
    this.#storage.removeItem(keyOf(place));
  }
}
