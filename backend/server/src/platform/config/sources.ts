import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { closestName } from '@rehearse/engine';
import { load } from 'js-yaml';
import { CONFIG_KEYS, VARIABLES, type ConfigKey } from './variables.js';

export interface ConfigProblem {
  /** Where the value stands, as in `PORT in the environment`. */
  source: string;
  message: string;
}

/** Raw values of one place, strongest place first when they are in a list. */
export interface ConfigSource {
  label: string;
  values: ReadonlyMap<ConfigKey, { value: unknown; label: string }>;
}

const filled = (text: string | undefined): text is string => text !== undefined && text.trim() !== '';

/** An empty variable counts as absent: that is how a composed environment says nothing. */
export function environmentSource(env: NodeJS.ProcessEnv, place: string): ConfigSource {
  const values = new Map<ConfigKey, { value: unknown; label: string }>();
  for (const key of CONFIG_KEYS) {
    const { name, aliases = [] } = VARIABLES[key] as { name: string; aliases?: readonly string[] };
    const used = [name, ...aliases].find((candidate) => filled(env[candidate]));
    if (used) values.set(key, { value: env[used], label: `${used} in ${place}` });
  }
  return { label: place, values };
}

export function flagSource(flags: Readonly<Partial<Record<ConfigKey, unknown>>>): ConfigSource {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined) as [ConfigKey, unknown][];
  return {
    label: 'flags',
    values: new Map(given.map(([key, value]) => [key, { value, label: `--${key} on the command line` }])),
  };
}

/** `.env` in the working folder; absent is fine. */
export function readDotenv(cwd: string): NodeJS.ProcessEnv | null {
  const text = readIfThere(path.join(cwd, '.env'));
  return text === null ? null : parseEnv(text);
}

interface FileRequest {
  cwd: string;
  file: string;
  /** Gives the value of `VAR` or `secret:name`; undefined when there is none. */
  lookUp: (reference: string) => string | undefined;
}

export type FileAnswer = { source: ConfigSource | null; problems: ConfigProblem[] };

/** A YAML file of settings by key (`logLevel`) or by variable (`LOG_LEVEL`); absent is fine. */
export function fileSource(request: FileRequest): FileAnswer {
  const { cwd, file } = request;
  const text = readIfThere(path.join(cwd, file));
  if (text === null) return { source: null, problems: [] };
  const document = parseYaml(text);
  if (typeof document === 'string') return { source: null, problems: [{ source: file, message: document }] };
  return readSettings(document, request);
}

function readSettings(document: Record<string, unknown>, { file, lookUp }: FileRequest): FileAnswer {
  const values = new Map<ConfigKey, { value: unknown; label: string }>();
  const problems: ConfigProblem[] = [];
  for (const [written, raw] of Object.entries(document)) {
    const key = keyOf(written);
    const label = `${written} in ${file}`;
    if (!key) problems.push({ source: label, message: unknownSetting(written) });
    else if (raw !== null && raw !== undefined) {
      const { value, missing } = expand(raw, lookUp);
      for (const reference of missing)
        problems.push({ source: label, message: `\${${reference}} is not set anywhere` });
      if (missing.length === 0) values.set(key, { value, label });
    }
  }
  return { source: { label: file, values }, problems };
}

function parseYaml(text: string): Record<string, unknown> | string {
  try {
    const document: unknown = load(text, { maxDepth: 8 });
    if (document === undefined || document === null) return {};
    if (typeof document !== 'object' || Array.isArray(document))
      return 'must be a map of settings, one a line, such as `port: 8000`';
    return document as Record<string, unknown>;
  } catch (error) {
    return `is not YAML: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
  }
}

const REFERENCE = /\$\{([^}]+)\}/g;

function expand(raw: unknown, lookUp: FileRequest['lookUp']): { value: unknown; missing: string[] } {
  if (Array.isArray(raw)) {
    const parts = raw.map((item) => expand(item, lookUp));
    return { value: parts.map((part) => part.value), missing: parts.flatMap((part) => part.missing) };
  }
  if (typeof raw !== 'string') return { value: raw, missing: [] };
  const missing: string[] = [];
  const value = raw.replace(REFERENCE, (whole, name: string) => {
    const found = lookUp(name.trim());
    if (found === undefined) missing.push(name.trim());
    return found ?? whole;
  });
  return { value, missing };
}

function keyOf(written: string): ConfigKey | undefined {
  return CONFIG_KEYS.find((key) => {
    const { name, aliases = [] } = VARIABLES[key] as { name: string; aliases?: readonly string[] };
    return key === written || name === written || aliases.includes(written);
  });
}

function unknownSetting(written: string): string {
  const near = closestName(written, [...CONFIG_KEYS, ...CONFIG_KEYS.map((key) => VARIABLES[key].name)]);
  return `is not a setting${near ? `; did you mean \`${near}\`?` : ''}`;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
