import { readFileSync } from 'node:fs';
import path from 'node:path';
import { plainYaml } from '@rehearse/engine';
import { z } from 'zod';
import type { Prices } from './providers/prices.js';

const usd = z.number().min(0);
const PriceFile = z.record(
  z.string().min(1),
  z.strictObject({ input: usd, output: usd, cached: usd.optional() }),
);

/** Reads a YAML or JSON file with `model: {input, output, cached?}` in US dollars for a million tokens. */
export function readPrices(file: string, cwd: string): { prices: Prices; problems: string[] } {
  const text = textOf(path.resolve(cwd, file));
  if (text === null) return refused(`${file} cannot be read`);
  const yaml = plainYaml(text);
  if (!yaml.ok) return refused(`${file}, ${yaml.message}`);
  const parsed = PriceFile.safeParse(yaml.value);
  if (!parsed.success)
    return refused(
      ...parsed.error.issues.map((issue) => `${file}, ${issue.path.join('.')}: ${issue.message}`),
    );
  // What a provider has cached costs no less than the rest, unless the file says so.
  const prices = Object.entries(parsed.data).map(([model, { input, output, cached = input }]) => [
    model,
    { input, output, cached },
  ]);
  return { prices: Object.fromEntries(prices) as Prices, problems: [] };
}

const refused = (...problems: string[]) => ({ prices: {}, problems });

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
