import {
  API_VERSION,
  type AssertionEntry,
  type GraphDocument,
  type InlineCase,
  type Json,
  type JsonObject,
  type LlmNode,
} from '@rehearse/contracts';
import { isMapping, type Sources } from '../sources.js';
import type { Asked, CaseDraft } from './cases.js';
import { repeatOf } from './config-keys.js';
import type { Prompt } from './prompts.js';
import type { Provider, Providers } from './providers.js';
import type { Templates } from './templates.js';

/** All that the graphs share, but for the prompt. */
export interface Config {
  root: JsonObject;
  /** It has one prompt. */
  isAlone: boolean;
  providers: Provider[];
  routes: Providers;
  cases: CaseDraft[];
  shared: AssertionEntry[];
  templates: Templates;
  sources: Sources;
}

export interface Draft {
  prompt: Prompt;
  node: LlmNode;
  /** What the graph asks: routes, or one agent behind an address. */
  asked: readonly Provider[];
  cases: readonly CaseDraft[];
  /** Its cases say themselves who is asked. */
  isOwn: boolean;
}

/**
 * What a prompt is asked of, a graph each: all routes together, and every agent behind an address. Cases that say
 * themselves who is asked have graphs of their own.
 */
export function askedOf(config: Config, prompt: Prompt): Omit<Draft, 'prompt' | 'node'>[] {
  const meant = config.providers.filter(({ prompts }) => isMeant(prompt, prompts));
  const cases = config.cases.filter(({ prompts }) => isMeant(prompt, prompts));
  if (meant.length > 1 && cases.some(({ asked }) => asked && 'instead' in asked))
    config.sources.changed(
      [config.root],
      'a test with a `provider` of its own is asked once here, in promptfoo once for each provider of the config',
    );
  return alikeAsked(cases).flatMap((group) => {
    const own = group[0]?.asked;
    const providers = own ? providersOf(own, meant) : meant;
    if (own && providers.length === 0) return notAsked(config, group);
    return separate(providers).map((asked) => ({ asked, cases: group, isOwn: own !== undefined }));
  });
}

function notAsked({ sources, root }: Config, group: readonly CaseDraft[]): [] {
  for (const { case: one } of group)
    sources.ignored(
      [root],
      `the test \`${one.id}\` means no provider of the config; promptfoo does not run it`,
    );
  return [];
}

/** The cases that ask the same, those that ask every provider first; without any case one group of none. */
function alikeAsked(cases: readonly CaseDraft[]): CaseDraft[][] {
  const groups = new Map<string, CaseDraft[]>();
  if (cases.length === 0 || cases.some(({ asked }) => !asked)) groups.set('', []);
  for (const one of cases) {
    const key = one.asked ? JSON.stringify(one.asked) : '';
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}

const providersOf = (asked: Asked, meant: readonly Provider[]): readonly Provider[] =>
  'instead' in asked
    ? asked.instead
    : meant.filter(({ names }) => asked.only.some((one) => names.some((name) => isNamed(name, one))));

/** As promptfoo has it: the whole name, its beginning before a `*`, or its first parts. */
const isNamed = (name: string, one: string): boolean =>
  name === one || (one.endsWith('*') && name.startsWith(one.slice(0, -1))) || name.startsWith(`${one}:`);

function separate(providers: readonly Provider[]): Provider[][] {
  const routes = providers.filter(({ http }) => !http);
  const agents = providers.filter(({ http }) => http);
  return [...(routes.length > 0 || agents.length === 0 ? [routes] : []), ...agents.map((one) => [one])];
}

/** The graph of one prompt. */
export function documentOf(
  config: Config,
  { prompt, node, asked, name, cases: drafts }: Draft & { name: string },
): GraphDocument {
  const { root, shared, sources } = config;
  const http = asked[0]?.http;
  const cases = drafts.map((one) => withAllVars(one.case, config.templates.named));
  const isChecked =
    shared.length > 0 || (cases.length > 0 && cases.every(({ assert }) => assert !== undefined));
  if (!isChecked)
    sources.changed([root], 'a run without an assertion is inconclusive here; promptfoo lets it pass');
  const routes = http ? [] : [...new Set(asked.map(({ route }) => route))];
  if (asked.length === 0) sources.lost([root], `no provider came over for the prompt ${prompt.label}`);
  if (prompt.messages && routes.some((route) => isEcho(config, route)))
    sources.changed(
      prompt.at,
      'asked with a chat, `echo` answers its last message here, and all of it as JSON in promptfoo',
    );
  if (prompt.messages && http)
    sources.changed(
      prompt.at,
      '`{{prompt}}` of an address is the last message of a chat here, and all of it as JSON in promptfoo',
    );
  const judges = new Set([...shared, ...cases.flatMap(({ assert = [] }) => assert)].flatMap(judgesOf));
  const used = providersFor(config, { routes, judges, isAgent: http !== undefined });
  const inputs = inputsOf(cases, config.templates.named);
  const about = aboutOf(config, prompt);
  const labels = labelsOf(root['tags']);
  const repeat = repeatOf(root);
  return {
    ...{ apiVersion: API_VERSION, kind: 'Graph', name },
    ...(about !== undefined && { description: about }),
    ...(labels && { labels }),
    ...(inputs && { inputs }),
    ...used,
    nodes: {
      answer: http
        ? { ...node, type: 'agent', driver: 'http', http }
        : { ...node, provider: routes[0] ?? 'answer' },
    },
    ...(shared.length > 0 && { assert: shared }),
    ...(typeof repeat === 'number' && repeat > 1 && { repeat: { runs: repeat } }),
    ...(cases.length > 0 && (cases.length > 1 || Object.keys(cases[0]!).length > 2 || inputs) && { cases }),
    ...(routes.length > 1 && { matrix: { 'nodes.answer.provider': routes } }),
  };
}

function aboutOf({ root, isAlone }: Config, { label }: Prompt): string | undefined {
  const written = typeof root['description'] === 'string' ? root['description'].trim() : '';
  const about = isAlone ? written : [written, label].filter((text) => text !== '').join(': ');
  return about === '' ? undefined : about;
}

/** A filter of promptfoo names labels, and may end in `*`. */
export function isMeant({ label, group }: Prompt, filter: readonly string[] | undefined): boolean {
  const names = group === undefined ? [label] : [label, group];
  return filter === undefined || names.some((name) => filter.some((one) => means(one, name)));
}

const means = (one: string, label: string): boolean =>
  one === label || one === `file://${label}` || (one.endsWith('*') && label.startsWith(one.slice(0, -1)));

const MOCK_RULES = {
  echo: [{ reply: { content: '{{ last.content }}' } }],
  not_imported: [{ error: 'the provider of promptfoo has no counterpart here' }],
};

const isEcho = ({ routes }: Config, route: string): boolean =>
  routes.routes[route]?.targets.some((target) => target.provider === 'mock' && target.script === 'echo') ??
  false;

const judgesOf = (entry: AssertionEntry): string[] => [
  ...('provider' in entry && entry.provider !== undefined ? [entry.provider] : []),
  ...('assert' in entry ? entry.assert.flatMap(judgesOf) : []),
];

interface Asking {
  routes: readonly string[];
  judges: ReadonlySet<string>;
  isAgent: boolean;
}

/** The routes that a graph asks, those of its judges among them, and the mock scripts behind them. */
function providersFor({ routes, providers, cases }: Config, { routes: asked, judges, isAgent }: Asking) {
  const instead = cases.flatMap((one) => (one.asked && 'instead' in one.asked ? one.asked.instead : []));
  const others = new Set(
    [...providers, ...instead]
      .map(({ route }) => route)
      .filter((route) => !asked.includes(route) && !judges.has(route)),
  );
  const used = Object.entries(routes.routes).filter(([name]) => !others.has(name));
  if (asked.length === 0 && !isAgent)
    used.push(['answer', { targets: [{ provider: 'mock', script: 'not_imported' }] }]);
  const scripts = used.flatMap(([, { targets }]) =>
    targets.flatMap((target) =>
      target.provider === 'mock' ? [target.script as keyof typeof MOCK_RULES] : [],
    ),
  );
  const mocks = Object.fromEntries([...new Set(scripts)].map((script) => [script, MOCK_RULES[script]]));
  return {
    ...(used.length > 0 && { providers: Object.fromEntries(used) }),
    ...(scripts.length > 0 && { mocks }),
  };
}

/** In promptfoo a variable that a test lacks is an empty text; here it would be an error. */
function withAllVars(one: InlineCase, named: ReadonlySet<string>): InlineCase {
  const missing = [...named].filter((name) => !Object.hasOwn(one.vars ?? {}, name));
  return { ...one, vars: { ...one.vars, ...Object.fromEntries(missing.map((name) => [name, ''])) } };
}

/** Each variable with its type, where all cases agree on it. */
function inputsOf(cases: readonly InlineCase[], named: ReadonlySet<string>): JsonObject | undefined {
  const types = new Map<string, Set<string>>();
  for (const { vars = {} } of cases)
    for (const [name, value] of Object.entries(vars))
      types.set(name, (types.get(name) ?? new Set()).add(typeOf(value)));
  if (types.size === 0) return undefined;
  const properties = [...types].map(([name, found]) => [
    name,
    found.size === 1 ? { type: [...found][0]! } : {},
  ]);
  return {
    type: 'object',
    ...(named.size > 0 && { required: [...named] }),
    properties: Object.fromEntries(properties) as JsonObject,
  };
}

const typeOf = (value: Json): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

function labelsOf(tags: Json | undefined): Record<string, string> | undefined {
  if (!isMapping(tags) || Object.keys(tags).length === 0) return undefined;
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
}
