import { InvalidArgumentError, Option } from 'commander';

export function reporterOption(names: readonly string[]): Option {
  return new Option('--reporter <name>', `how to report: ${names.join(', ')}`)
    .default(names[0])
    .argParser((name: string) => known(name, names));
}

export function known<Name extends string>(name: string, names: readonly Name[]): Name {
  const found = names.find((one) => one === name);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`Choose one of ${names.join(', ')}.`);
}

/** An option that may be given again and again. */
export const each = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** A whole number. */
export const whole =
  ({ min, max }: { min: number; max: number }) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It is a whole number from ${min} to ${max}.`);
  };

export const URL_OPTION = [
  '--url <url>',
  'the server; default: REHEARSE_URL, else the one that runs on this folder',
] as const;
export const TOKEN_OPTION = [
  '--token <token>',
  'an API key; default: REHEARSE_TOKEN, else the one that the local server left',
] as const;
