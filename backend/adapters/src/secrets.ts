/** Gives the value of a secret; undefined when there is none of this name. */
export type Secrets = (name: string) => string | undefined;

const REFERENCE = /\$\{secret:([A-Za-z_][A-Za-z0-9_.-]*)\}/g;

/** `${secret:shop-key}` is the variable `REHEARSE_SECRET_SHOP_KEY`. */
export const secretVariable = (name: string): string =>
  `REHEARSE_SECRET_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;

/** The secrets in the variables of an environment; an empty one counts as absent. */
export const secretsOf =
  (env: Readonly<Record<string, string | undefined>>): Secrets =>
  (name) =>
    env[secretVariable(name)] || undefined;

export class MissingSecret extends Error {
  constructor(readonly secret: string) {
    super(`there is no secret \`${secret}\`: set ${secretVariable(secret)}`);
  }
}

/** The secrets that one call uses: it puts their values in, and takes them out of whatever comes back. */
export class SecretUse {
  readonly #values = new Map<string, string>();

  constructor(private readonly secrets: Secrets) {}

  /** The text with the value of each `${secret:name}`. Throws {@link MissingSecret}. */
  readonly reveal = (text: string): string =>
    text.replaceAll(REFERENCE, (_, name: string) => {
      const value = this.secrets(name);
      if (value === undefined) throw new MissingSecret(name);
      this.note(name, value);
      return value;
    });

  /** A value that must not come back either, as a key of the operator. */
  note(name: string, value: string): void {
    if (value.length >= LEAST_HIDDEN) this.#values.set(name, value);
  }

  /** The text without the values, as they are or as they are encoded in addresses, in JSON and in base64. */
  hide(text: string): string {
    let hidden = text;
    for (const [name, value] of this.#values)
      for (const form of formsOf(value)) hidden = hidden.replaceAll(form, `[secret ${name}]`);
    return hidden;
  }

  /** The same for a text that comes in pieces: what may be the beginning of a value is held back until it is known. */
  hideStream(say: (text: string) => void): { push(piece: string): void; end(): void } {
    let held = '';
    const tell = (text: string) => {
      if (text !== '') say(text);
    };
    return {
      push: (piece) => {
        const text = this.hide(held + piece);
        const safe = text.length - this.#begunIn(text);
        held = text.slice(safe);
        tell(text.slice(0, safe));
      },
      end: () => {
        tell(held);
        held = '';
      },
    };
  }

  /** How much of the end of a text is the beginning of a value. */
  #begunIn(text: string): number {
    let longest = 0;
    for (const value of this.#values.values())
      for (const form of formsOf(value))
        for (let length = Math.min(form.length - 1, text.length); length > longest; length--)
          if (text.endsWith(form.slice(0, length))) longest = length;
    return longest;
  }
}

/** A shorter text stands in too much that has nothing to do with it. */
const LEAST_HIDDEN = 4;

const formsOf = (value: string): Set<string> =>
  new Set([
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString('base64'),
  ]);
