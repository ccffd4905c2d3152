/** What is counted for itself: one tenant's calls of one model at one address. */
export interface CircuitPlace {
  tenant: string;
  provider: string;
  baseUrl: string;
  model: string;
}

export const CIRCUIT_STATES = ['closed', 'half_open', 'open'] as const;
export type CircuitState = (typeof CIRCUIT_STATES)[number];

/** When a model is left alone, and what brings it back. */
export interface CircuitSettings {
  /** Failures in a row after which it is left alone. */
  threshold: number;
  /** How long it is left alone. */
  openMs: number;
  /** Calls that all have to go well then. */
  halfOpenCalls: number;
}

export interface Circuit {
  place: CircuitPlace;
  state(): CircuitState;
  /** Makes a call, or throws that it is not let through. */
  execute<T>(call: () => Promise<T>): Promise<T>;
}

/** More than anybody watches; those that are closed are forgotten first, and lose only their count. */
const MOST_CIRCUITS = 1_000;

export interface CircuitCount {
  provider: string;
  state: CircuitState;
  count: number;
}

/** Circuits, apart from what breaks them: whoever only looks loads no breaker. */
export class Circuits {
  readonly #circuits = new Map<string, Circuit>();

  get(place: CircuitPlace, make: () => Circuit): Circuit {
    const { tenant, provider, baseUrl, model } = place;
    const key = JSON.stringify([tenant, provider, baseUrl, model]);
    const known = this.#circuits.get(key);
    if (known) return known;
    if (this.#circuits.size >= MOST_CIRCUITS) this.#forgetOne();
    const made = make();
    this.#circuits.set(key, made);
    return made;
  }

  #forgetOne(): void {
    for (const [key, circuit] of this.#circuits) {
      if (circuit.state() !== 'closed') continue;
      this.#circuits.delete(key);
      return;
    }
  }

  /** How many there are, by provider and state; no label holds what a graph makes up. */
  counts(): CircuitCount[] {
    const all = [...this.#circuits.values()];
    const providers = [...new Set(all.map(({ place }) => place.provider))].sort();
    return providers.flatMap((provider) => {
      const own = all.filter(({ place }) => place.provider === provider);
      return CIRCUIT_STATES.map((state) => ({
        ...{ provider, state },
        count: own.filter((circuit) => circuit.state() === state).length,
      }));
    });
  }
}

/** Those of this process. */
export const circuits = new Circuits();
