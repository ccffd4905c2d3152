import { ModelParams, type Json, type JsonObject, type Route, type Target } from '@rehearse/contracts';
import { type At, isMapping, type Sources } from '../sources.js';
import { refersToFile, resolve } from './file-paths.js';
import { type AgentHttp, httpProvider, isHttp } from './http-provider.js';
import type { Templates } from './templates.js';

/** A provider of promptfoo, as a route of ours; or as an agent of its own, behind an address. */
export interface Provider {
  /** What tests and prompts call it: its label, its id. */
  names: string[];
  route: string;
  http?: AgentHttp;
  /** The labels of the prompts that it is asked with; all when it is undefined. */
  prompts?: string[];
}

/** The mock that answers what it is asked, as promptfoo's `echo` does. */
const ECHO = 'echo';
/** The mock behind a provider that did not come over: whoever asks it gets an error, never a verdict. */
const ABSENT = 'not_imported';

/** Servers that speak as OpenAI's does. */
const COMPATIBLE: Readonly<Record<string, string>> = {
  deepseek: 'https://api.deepseek.com/v1',
  groq: 'https://api.groq.com/openai/v1',
  mistral: 'https://api.mistral.ai/v1',
  ollama: 'http://localhost:11434/v1',
  openrouter: 'https://openrouter.ai/api/v1',
  togetherai: 'https://api.together.xyz/v1',
};

/** Config keys of a provider, and what they are here. */
const PARAMS: Readonly<Record<string, keyof ModelParams>> = {
  temperature: 'temperature',
  top_p: 'topP',
  max_tokens: 'maxOutputTokens',
  max_completion_tokens: 'maxOutputTokens',
  max_output_tokens: 'maxOutputTokens',
  stop: 'stop',
  seed: 'seed',
  reasoning_effort: 'reasoningEffort',
};
const BASE_URLS = ['apiBaseUrl', 'baseUrl', 'base_url', 'apiHost'];
const ENTRY_KEYS = ['id', 'label', 'config', 'prompts'];

/** Models that reason, and those of embeddings. */
const UNLIKE_CHAT = /[:/](o\d|gpt-[5-9])|embed/;

const isTemplate = (text: string | undefined): boolean => text?.includes('{{') ?? false;

/** Turns providers into routes; each is written once, however often it is named. */
export class Providers {
  readonly routes: Record<string, Route> = {};
  /** The mock scripts that the routes name. */
  readonly mocks = new Set<typeof ECHO | typeof ABSENT>();
  readonly #byEntry = new Map<string, string>();

  constructor(
    private readonly sources: Sources,
    private readonly folder: string,
    private readonly templates: Templates,
  ) {}

  /** The providers that a config asks. */
  list(config: JsonObject): Provider[] {
    const key = config['providers'] === undefined ? 'targets' : 'providers';
    const written = config[key];
    if (written === undefined) return [];
    if (!Array.isArray(written)) return this.entry(written, [config, key]);
    return written.flatMap((entry, index) => this.entry(entry, [written, index]));
  }

  entry(entry: Json, at: At): Provider[] {
    if (typeof entry === 'string') return this.#named(entry, { at, config: {} });
    if (!isMapping(entry)) return this.#lost(at, 'a provider is a text or a mapping');
    const [only, ...others] = Object.entries(entry);
    // The older form: the id is the key.
    if (entry['id'] === undefined && only && others.length === 0 && isMapping(only[1]))
      return this.#described({ id: only[0], ...only[1] }, { at: [entry, only[0]], place: only[1] });
    return this.#described(entry, { at, place: entry });
  }

  #described(entry: JsonObject, { at, place }: { at: At; place: JsonObject }): Provider[] {
    const { id, label, config, prompts } = entry;
    if (typeof id !== 'string') return this.#lost(at, 'the provider has no `id`');
    for (const key of Object.keys(entry))
      if (!ENTRY_KEYS.includes(key))
        this.sources.lost([place, key], `\`${key}\` of a provider has no counterpart`);
    const settings = isMapping(config) ? config : {};
    const found = this.#named(id, { at, config: settings, ...(typeof label === 'string' && { label }) });
    const only = Array.isArray(prompts) ? prompts.filter((one) => typeof one === 'string') : undefined;
    return found.map((one) => ({ ...one, ...(only && { prompts: only }) }));
  }

  #named(id: string, { at, config, label }: Named): Provider[] {
    if (refersToFile(id) && /\.(ya?ml|json)$/.test(id)) return this.#file(resolve(this.folder, id), at);
    const names = label === undefined ? [id] : [label, id];
    if (isHttp(id)) {
      const http = httpProvider({ id, config, at }, { sources: this.sources, templates: this.templates });
      return http ? [{ names, route: '', http }] : [];
    }
    const identity = JSON.stringify([id, label ?? '', config]);
    const route = this.#byEntry.get(identity) ?? this.#add(label ?? id, this.#routeOf(id, { at, config }));
    this.#byEntry.set(identity, route);
    return [{ names, route }];
  }

  #file(file: string, at: At): Provider[] {
    const document = this.sources.document(file, at);
    if (document === undefined) return [];
    if (!Array.isArray(document)) return this.entry(document, at);
    return document.flatMap((entry, index) => this.entry(entry, [document, index]));
  }

  #add(wanted: string, route: Route): string {
    const plain = wanted.replace(/\W+/g, '_').replace(/^(\d)/, '_$1').slice(0, 58) || 'provider';
    let name = plain;
    for (let n = 2; Object.hasOwn(this.routes, name); n++) name = `${plain}_${n}`;
    this.routes[name] = route;
    return name;
  }

  #routeOf(id: string, { at, config }: Named): Route {
    const target = targetOf(id, config);
    if (!target) {
      const isFixed = ![id, baseUrlOf(config)].some(isTemplate);
      const why = isFixed ? '' : ' with a variable in its id or address';
      this.sources.lost(at, `the provider \`${id}\`${why} has no counterpart; runs that ask it are errored`);
      return this.#mock(ABSENT);
    }
    if (target.provider === 'mock') return this.#mock(ECHO);
    const params = this.#params(config);
    this.#noteUnsaid(id, { at, config, params });
    return { targets: [target], ...(Object.keys(params).length > 0 && { params }) };
  }

  /** What promptfoo sends though the config does not say it. */
  #noteUnsaid(id: string, { at, config, params }: Named & { params: ModelParams }): void {
    if (id.startsWith('openai:') && baseUrlOf(config) !== undefined && config['apiKey'] === undefined)
      this.sources.changed(
        at,
        `promptfoo sends \`OPENAI_API_KEY\` to this address; here it is the secret \`${OPENAI_KEY}\``,
      );
    const added = [
      ...(params.temperature === undefined ? ['`temperature: 0`'] : []),
      ...(params.maxOutputTokens === undefined ? ['`max_tokens: 1024`'] : []),
    ];
    if (added.length > 0 && !UNLIKE_CHAT.test(id))
      this.sources.changed(
        at,
        `promptfoo asks \`${id}\` with ${added.join(' and ')} by default; here the defaults of the model hold`,
      );
  }

  #mock(script: typeof ECHO | typeof ABSENT): Route {
    this.mocks.add(script);
    return { targets: [{ provider: 'mock', script }] };
  }

  #params(config: JsonObject): ModelParams {
    const params: JsonObject = {};
    for (const [key, value] of Object.entries(config)) {
      const name = PARAMS[key];
      if (key === 'apiKey') this.sources.changed([config, key], 'the key is a secret here: `${secret:…}`');
      else if (BASE_URLS.includes(key)) continue;
      else if (isTemplate(JSON.stringify(value)))
        this.sources.lost(
          [config, key],
          `a variable in \`${key}\` of a provider's config has no counterpart`,
        );
      else if (name && ModelParams.safeParse({ [name]: value }).success) params[name] = value;
      else this.sources.lost([config, key], `\`${key}\` of a provider's config has no counterpart`);
    }
    return params;
  }

  #lost(at: At, message: string): Provider[] {
    this.sources.lost(at, message);
    return [];
  }
}

interface Named {
  at: At;
  config: JsonObject;
  label?: string;
}

function targetOf(id: string, config: JsonObject): Target | undefined {
  const [vendor = '', ...steps] = id.split(':');
  if (vendor === 'echo') return { provider: 'mock', script: ECHO };
  const model = (/^(chat|responses|messages)$/.test(steps[0] ?? '') ? steps.slice(1) : steps).join(':');
  const [kind] = steps;
  if (
    kind === undefined ||
    /^(embeddings?|completion|moderation|image|realtime|assistant|transcription)$/.test(kind)
  )
    return undefined;
  const url = baseUrlOf(config);
  if (isTemplate(id) || isTemplate(url)) return undefined;
  const secret = config['apiKey'] === undefined ? {} : { apiKey: `\${secret:${secretName(vendor)}}` };
  if (vendor === 'azureopenai' || vendor === 'azure')
    return { provider: 'azure', deployment: model, ...(url !== undefined && { baseUrl: url }), ...secret };
  // The operator's own key goes to no address that a graph names.
  if (vendor === 'openai' && url !== undefined)
    return { provider: 'openai-compatible', model, baseUrl: url, apiKey: OPENAI_KEY };
  if (vendor === 'openai' || vendor === 'anthropic') return { provider: vendor, model, ...secret };
  if (!Object.hasOwn(COMPATIBLE, vendor)) return undefined;
  const apiKey = vendor === 'ollama' ? {} : { apiKey: `\${secret:${vendor}}` };
  return { provider: 'openai-compatible', model, baseUrl: url ?? COMPATIBLE[vendor]!, ...apiKey };
}

function baseUrlOf(config: JsonObject): string | undefined {
  const written = BASE_URLS.map((key) => config[key]).find((value) => typeof value === 'string');
  return written === undefined || /^https?:/.test(written) ? written : `https://${written}`;
}

const OPENAI_KEY = '${secret:openai}';

const secretName = (vendor: string): string => vendor.replace(/\W+/g, '_');
