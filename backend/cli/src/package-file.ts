import { readFileSync } from 'node:fs';

/** The text of a file of this package. `src`, `dist` and `dist-bundle` are equally far from it, so this has to lie at their top. */
export const packageFile = (name: string): string =>
  readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
