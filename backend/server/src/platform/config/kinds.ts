import { z } from 'zod';

// Text of the environment and typed values of a file are both taken, so each kind reads text first.

const trimmed = (value: unknown): unknown => (typeof value === 'string' ? value.trim() : value);

const asNumber = (value: unknown): unknown => {
  const text = trimmed(value);
  return typeof text === 'string' && text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
};

const asBoolean = (value: unknown): unknown => {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (text === 'true' || text === '1' || text === 'yes' || text === 'on') return true;
  if (text === 'false' || text === '0' || text === 'no' || text === 'off') return false;
  return value;
};

const asList = (value: unknown): unknown =>
  typeof value === 'string'
    ? value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
    : value;

export const integer = (range: { min: number; max: number }) =>
  z.preprocess(
    asNumber,
    z
      .int('must be a whole number')
      .min(range.min, `must be at least ${range.min}`)
      .max(range.max, `must be at most ${range.max}`),
  );

export const number = (range: { min: number; max: number }) =>
  z.preprocess(
    asNumber,
    z
      .number('must be a number')
      .min(range.min, `must be at least ${range.min}`)
      .max(range.max, `must be at most ${range.max}`),
  );

export const flag = z.preprocess(asBoolean, z.boolean('must be true or false'));

export const text = z.preprocess(trimmed, z.string('must be text').min(1, 'must not be empty'));

export const url = (...protocols: string[]) =>
  z.preprocess(
    trimmed,
    z.string('must be an address').refine((value) => isUrl(value, protocols), {
      error: `must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    }),
  );

export const origins = z.preprocess(
  asList,
  z.array(
    z.string().refine(isOrigin, {
      error: 'must be origins such as https://studio.example.org, with commas between; `*` is not taken',
    }),
  ),
);

export const list = z.preprocess(asList, z.array(z.string().min(1)));

export const ports = z.preprocess(
  (value) => (typeof value === 'number' ? [value] : asList(value)),
  z.array(integer({ min: 1, max: 65_535 })).min(1, 'must name a port'),
);

export const choice = <const T extends readonly [string, ...string[]]>(
  names: T,
  synonyms: Readonly<Record<string, T[number]>> = {},
) =>
  z.preprocess(
    (value) => {
      const name = typeof value === 'string' ? value.trim().toLowerCase() : value;
      return typeof name === 'string' && Object.hasOwn(synonyms, name) ? synonyms[name] : name;
    },
    z.enum(names, { error: `must be one of ${names.join(', ')}` }),
  );

function isUrl(value: string, protocols: string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol);
}

function isOrigin(value: string): boolean {
  return isUrl(value, ['http:', 'https:']) && new URL(value).origin === value;
}
