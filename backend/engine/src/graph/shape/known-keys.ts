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
  getter?: () => z.ZodType;
}

const definitionOf = (schema: z.ZodType): Definition => schema._zod.def;

/** The keys that a schema allows at a path of a value; empty where it allows any or none. */
export function knownKeys(schema: z.ZodType, value: Json, path: Path): string[] {
  const keys = objectsAt(schema, value, path).flatMap((object) =>
    Object.keys(definitionOf(object).shape ?? {}),
  );
  return [...new Set(keys)];
}

/** The object schemas that a path may lead to. A discriminated union leads to one of its options. */
function objectsAt(schema: z.ZodType, value: Json | undefined, path: Path): z.ZodType[] {
  const definition = definitionOf(schema);
  const { innerType, getter, options, shape } = definition;
  if (innerType) return objectsAt(innerType, value, path);
  if (getter) return objectsAt(getter(), value, path);
  if (options) return matching(definition, value).flatMap((option) => objectsAt(option, value, path));
  const [step, ...rest] = path;
  if (step === undefined) return shape ? [schema] : [];
  const member = shape ? shape[step] : (definition.valueType ?? definition.element);
  return member ? objectsAt(member, memberOf(value, step), rest) : [];
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
