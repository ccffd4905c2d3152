import type { Json, JsonObject } from '@rehearse/contracts';
import type { z } from 'zod';
import type { Path } from '../path.js';

/** As much of a zod schema's definition as is needed to walk it. */
interface Definition {
  type: string;
  shape?: Record<string, z.ZodType>;
  innerType?: z.ZodType;
  options?: z.ZodType[];
  discriminator?: string;
  valueType?: z.ZodType;
  element?: z.ZodType;
}

const definitionOf = (schema: z.ZodType): Definition => schema._zod.def;

/** The keys that a schema allows at a path of a value; empty where it allows any or none. */
export const knownKeys = (schema: z.ZodType, value: Json, path: Path): string[] =>
  keysOf(shapesAt(schema, value, path));

/**
 * The keys that stand beside one that is not known where it is. What does know it is an option of a union that was not
 * meant.
 */
export const keysBeside = (schema: z.ZodType, value: Json, path: Path): string[] =>
  keysOf(shapesAt(schema, value, path.slice(0, -1)).filter((shape) => !Object.hasOwn(shape, path.at(-1)!)));

const keysOf = (shapes: readonly object[]): string[] => [
  ...new Set(shapes.flatMap((shape) => Object.keys(shape))),
];

const shapesAt = (schema: z.ZodType, value: Json, path: Path): object[] =>
  schemasAt(schema, value, path)
    .map((found) => definitionOf(found).shape)
    .filter((shape) => shape !== undefined);

/**
 * The schemas that a path may lead to. All ways are gone at once, step by step: a value of any JSON leads to itself in several
 * ways at each step, and deep enough there would be no end of them one by one.
 */
export function schemasAt(root: z.ZodType, value: Json | undefined, path: Path): z.ZodType[] {
  let [at, known] = [value, opened([root], value)];
  for (const step of path) {
    at = memberOf(at, step);
    const next = opened(
      [...known].flatMap((schema) => membersAt(schema, step)),
      at,
    );
    if (isSame(next, known) && ![...next].some((schema) => definitionOf(schema).shape)) break;
    known = next;
  }
  return [...known];
}

const isSame = (one: ReadonlySet<z.ZodType>, other: ReadonlySet<z.ZodType>) =>
  one.size === other.size && [...one].every((schema) => other.has(schema));

function membersAt(schema: z.ZodType, step: string | number): z.ZodType[] {
  const { shape, valueType, element } = definitionOf(schema);
  const member = shape ? shape[step] : (valueType ?? element);
  return member ? [member] : [];
}

/** The schemas behind wrappers and unions. A discriminated union leads to one of its options. */
function opened(
  schemas: readonly z.ZodType[],
  value: Json | undefined,
  found = new Set<z.ZodType>(),
): Set<z.ZodType> {
  for (const schema of schemas) {
    const definition = definitionOf(schema);
    // Of a lazy schema what it got once: it would make another one each time.
    const inner = definition.innerType ?? (schema as Partial<z.ZodLazy<z.ZodType>>)._zod?.innerType;
    if (inner) opened([inner], value, found);
    else if (definition.options) opened(matching(definition, value), value, found);
    else found.add(schema);
  }
  return found;
}

function matching({ options = [], discriminator }: Definition, value: Json | undefined): z.ZodType[] {
  if (discriminator === undefined) return options;
  const wanted = memberOf(value, discriminator);
  return options.filter((option) => {
    const member = definitionOf(option).shape?.[discriminator];
    return member?.safeParse(wanted).success;
  });
}

function memberOf(value: Json | undefined, step: string | number): Json | undefined {
  return typeof value === 'object' && value !== null ? (value as JsonObject)[step] : undefined;
}
