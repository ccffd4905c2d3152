import { ModelParams, type Json, type JsonObject, type Route, type Target } from '@rehearse/contracts';
import { isMapping, type Sources } from '../sources.js';
import { isSecretKey, secretName } from './secrets.js';

const PARAMS: Readonly<Record<string, keyof ModelParams>> = {
  temperature: 'temperature',
  top_p: 'topP',
  max_tokens: 'maxOutputTokens',
  max_output_tokens: 'maxOutputTokens',
  stop: 'stop',
  seed: 'seed',
};
/** Configs that are about the model, whoever makes it. */
const MODEL_CONFIG = /^(openai|anthropic|azure|model|llm)_config$/;

/** The key of the model; other secrets belong to something else. */
const MODEL_SECRET = /^((open_?ai|anthropic|azure(_openai)?)_)?api_?key$/i;

export const isModelConfig = (key: string): boolean => MODEL_CONFIG.test(key);
export const isModelKey = (key: string): boolean =>
  key === 'model' || Object.hasOwn(PARAMS, key) || isSecretKey(key);

/** What is said of the model: in the agent itself and in `openai_config` and its like, which wins. */
export function routeOf(agent: JsonObject, sources: Sources): Omit<Route, 'targets'> & { target: Target } {
  const settings: Settings = {
    params: {},
    key: undefined,
    url: undefined,
    timeout: undefined,
    attempts: undefined,
  };
  let model = modelOf(agent['model']);
  let vendor = vendorOf(agent['model']);
  for (const [key, value] of Object.entries(agent)) {
    if (isModelConfig(key) && isMapping(value)) {
      vendor ??= /^(openai|anthropic|azure)/.exec(key)?.[1];
      model = textOf(value['model']) ?? textOf(value['deployment']) ?? model;
      for (const inner of Object.keys(value))
        take(settings, { container: value, key: inner, prefix: `${key}.`, sources });
    } else if (key === 'model' && isMapping(value)) {
      for (const inner of Object.keys(value))
        if (!NAMING.has(inner)) take(settings, { container: value, key: inner, prefix: 'model.', sources });
    } else if (isModelKey(key) && key !== 'model')
      take(settings, { container: agent, key, prefix: '', sources });
  }
  if (model === undefined) sources.changed([agent], `no model is named; \`${DEFAULT_MODEL}\` is asked`);
  const { params, key, url, timeout, attempts } = settings;
  return {
    target: targetOf({ model: model ?? DEFAULT_MODEL, vendor, key, url }),
    ...(Object.keys(params).length > 0 && { params }),
    ...(timeout !== undefined && { timeout }),
    ...(attempts !== undefined && { retry: { attempts } }),
  };
}

/** What names a model in a mapping. */
const NAMING = new Set(['provider', 'name', 'model', 'id']);

/** The name of a model: the text itself, or what a mapping calls it. */
export const modelOf = (model: Json | undefined): string | undefined =>
  isMapping(model) ? (textOf(model['name']) ?? textOf(model['model']) ?? textOf(model['id'])) : textOf(model);

function vendorOf(model: Json | undefined): string | undefined {
  const provider = isMapping(model) ? textOf(model['provider']) : undefined;
  return /^(openai|anthropic|azure)/i.exec(provider ?? '')?.[1]?.toLowerCase();
}

const DEFAULT_MODEL = 'gpt-5-mini';

interface Settings {
  params: JsonObject;
  key: string | undefined;
  url: string | undefined;
  timeout: string | undefined;
  attempts: number | undefined;
}

interface Member {
  container: JsonObject;
  key: string;
  prefix: string;
  sources: Sources;
}

function take(settings: Settings, { container, key, prefix, sources }: Member): void {
  const value = container[key]!;
  const at = [container, key] as const;
  const param = PARAMS[key];
  if (key === 'model' || key === 'deployment')
    sources.mapped(at, `\`${prefix}${key}\` is the model of the route \`agent\``);
  else if (isSecretKey(key) && !MODEL_SECRET.test(key))
    sources.lost(at, `\`${prefix}${key}\` is a secret of something that is not imported; it is left out`);
  else if (isSecretKey(key)) {
    settings.key = secretName(
      key === 'api_key' && prefix !== '' ? prefix.replace(/(_config)?\.$/, '_api_key') : key,
    );
    sources.changed(at, `\`${prefix}${key}\` is \`\${secret:${settings.key}}\`; the key itself is left out`);
  } else if (param && ModelParams.safeParse({ [param]: value }).success) {
    settings.params[param] = value;
    sources.mapped(at, `\`${prefix}${key}\` is \`params.${param}\` of the route \`agent\``);
  } else if (/^(base_url|api_base)$/.test(key) && typeof value === 'string') {
    settings.url = value;
    sources.mapped(at, `\`${prefix}${key}\` is \`baseUrl\` of the route \`agent\``);
  } else if (/^timeout(_seconds)?$/.test(key) && typeof value === 'number' && value > 0) {
    settings.timeout = `${value}s`;
    sources.mapped(at, `\`${prefix}${key}\` is \`timeout\` of the route \`agent\``);
  } else if (
    key === 'max_retries' &&
    typeof value === 'number' &&
    Number.isInteger(value) &&
    value >= 0 &&
    value < 20
  ) {
    settings.attempts = value + 1;
    sources.changed(
      at,
      `\`${prefix}max_retries\` is \`retry.attempts\`, which counts the first attempt as well`,
    );
  } else sources.lost(at, `\`${prefix}${key}\` has no counterpart`);
}

interface Asked {
  model: string;
  vendor: string | undefined;
  key: string | undefined;
  url: string | undefined;
}

function targetOf({ model, vendor, key, url }: Asked): Target {
  const apiKey = key === undefined ? {} : { apiKey: `\${secret:${key}}` };
  const baseUrl = url === undefined ? {} : { baseUrl: url };
  if (vendor === 'azure') return { provider: 'azure', deployment: model, ...baseUrl, ...apiKey };
  if (vendor === 'anthropic' || (vendor === undefined && /^claude/i.test(model)))
    return { provider: 'anthropic', model, ...baseUrl, ...apiKey };
  const provider = url === undefined ? 'openai' : 'openai-compatible';
  return { provider, model, ...baseUrl, ...apiKey };
}

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
