/** Where something stands in a document: keys and, in lists, indexes from 0. */
export type Path = readonly (string | number)[];

const PLAIN = /^[A-Za-z_$][\w$-]*$/;

/** `nodes.handle.assert[0]`; a key that is no plain name stands in brackets and quotes. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (PLAIN.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

const STEP = /\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g;

/** The steps of what {@link formatPath} wrote. */
export const parsePath = (text: string): Path =>
  [...text.matchAll(STEP)].map(([, index, quoted, plain]) =>
    index !== undefined ? Number(index) : quoted !== undefined ? (JSON.parse(quoted) as string) : plain!,
  );
