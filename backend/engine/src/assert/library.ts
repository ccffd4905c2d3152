/** A library that only some graphs need: it is loaded when the first of them is prepared to run. */
export interface Library<T> {
  load(): Promise<void>;
  /** Throws when it was not loaded. */
  get(): T;
}

export function lazily<T>(name: string, load: () => Promise<T>): Library<T> {
  let loading: Promise<void> | undefined;
  let loaded: { library: T } | undefined;
  return {
    load: () => (loading ??= load().then((library) => void (loaded = { library }))),
    get() {
      if (!loaded) throw new Error(`${name} was not loaded`);
      return loaded.library;
    },
  };
}
