import type { Json } from '@rehearse/contracts';

export type FieldPath = readonly (string | number)[];

const PATH = /^[A-Za-z_$][\w$-]*(?:\.[A-Za-z_$][\w$-]*|\[\d{1,6}\])*$/;

/** `order.lines[0].total` as its steps; null when it is none. */
export function parseFieldPath(text: string): FieldPath | null {
  if (!PATH.test(text)) return null;
  return [...text.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([step, index]) =>
    index === undefined ? step : Number(index),
  );
}

/** The value with another one at a path; unchanged where the path leads nowhere. */
export function changeAt(value: Json, path: FieldPath, change: (at: Json) => Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return value;
  if (!Array.isArray(value)) return { ...value, [step]: changeAt(value[step]!, rest, change) };
  // A list has a `length` too, which is no item of it.
  return typeof step === 'number' ? value.with(step, changeAt(value[step]!, rest, change)) : value;
}
