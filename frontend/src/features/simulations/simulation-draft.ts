import type { CreateSimulationRequest, PersonaView, SimulationAgent } from '@rehearse/contracts';

export const PROVIDERS = ['openai', 'anthropic', 'azure', 'openai-compatible'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** What stands in the form, as it is written. */
export interface SimulationDraft {
  agent: 'graph' | 'model' | 'http';
  graph: string;
  node: string;
  provider: ProviderName;
  model: string;
  baseUrl: string;
  system: string;
  url: string;
  /** Who speaks for the personas; where it is left empty, whom the server chooses. */
  simulator: string;
  simulatorProvider: ProviderName;
  personas: string[];
  /** Further ones in words, one a line. */
  texts: string;
  n: number | string;
  concurrency: number | string;
  maxTurns: number | string;
  label: string;
  calls: 'usual' | 'offline' | 'live';
}

export const EMPTY: SimulationDraft = {
  ...{ agent: 'graph', graph: '', node: '', provider: 'openai', model: '', baseUrl: '', system: '', url: '' },
  ...{ simulator: '', simulatorProvider: 'openai', personas: [], texts: '', n: 3, concurrency: 8 },
  ...{ maxTurns: '', label: '', calls: 'usual' },
};

export type Problems = Partial<Record<keyof SimulationDraft, string>>;
export type ReadSimulation =
  { ok: true; request: CreateSimulationRequest } | { ok: false; problems: Problems };

const MOST = 100;

/** The request that a form comes to, or what is wrong with its fields. */
export function readSimulation(draft: SimulationDraft): ReadSimulation {
  const personas = [...draft.personas, ...lines(draft.texts)];
  const problems: Problems = {
    ...needed(draft),
    ...(personas.length === 0 && { personas: 'Choose a persona, or write one below' }),
    ...(personas.length > MOST && { personas: `At most ${MOST} personas` }),
    ...outOf(draft, { n: MOST, concurrency: 64 }),
    ...(draft.maxTurns !== '' && outOf(draft, { maxTurns: 1_000 })),
  };
  if (Object.keys(problems).length > 0) return { ok: false, problems };
  const simulator = simulatorOf(draft);
  return {
    ok: true,
    request: {
      ...{ agent: agentOf(draft), personas, n: Number(draft.n), concurrency: Number(draft.concurrency) },
      ...(simulator !== undefined && { simulator }),
      ...(draft.maxTurns !== '' && { maxTurns: Number(draft.maxTurns) }),
      ...(draft.label.trim() !== '' && { label: draft.label.trim() }),
      ...(draft.calls !== 'usual' && { [draft.calls]: true }),
    },
  };
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function needed({ agent, graph, model, system, url, simulator }: SimulationDraft): Problems {
  if (agent === 'graph') return graph === '' ? { graph: 'Choose a graph' } : {};
  if (agent === 'model')
    return {
      ...(model.trim() === '' && { model: 'Name a model' }),
      ...(system.trim() === '' && { system: 'Say what the agent is told' }),
    };
  return {
    ...(!/^https?:\/\/./.test(url.trim()) && { url: 'An address, such as https://agent.example/v1/chat' }),
    ...(simulator.trim() === '' && {
      simulator: 'An agent behind an address needs a model for the personas',
    }),
  };
}

type Amounts = Partial<Record<'n' | 'concurrency' | 'maxTurns', number>>;

const outOf = (draft: SimulationDraft, most: Amounts): Problems =>
  Object.fromEntries(
    Object.entries(most).flatMap(([name, max]) => {
      const value = draft[name as keyof Amounts];
      const isFine =
        value !== '' && Number.isInteger(Number(value)) && Number(value) >= 1 && Number(value) <= max;
      return isFine ? [] : [[name, `From 1 to ${max}`]];
    }),
  );

function agentOf(draft: SimulationDraft): SimulationAgent {
  const { agent, graph, node, provider, model, baseUrl, system, url } = draft;
  switch (agent) {
    case 'graph':
      return { graph, ...(node.trim() !== '' && { node: node.trim() }) };
    case 'model':
      return {
        model: { provider, model: model.trim(), ...(baseUrl.trim() !== '' && { baseUrl: baseUrl.trim() }) },
        system: system.trim(),
      };
    default:
      return { http: { url: url.trim() } };
  }
}

/** A route of a graph goes by its name; beside any other agent it is a model. */
function simulatorOf({ agent, simulator, simulatorProvider }: SimulationDraft) {
  const name = simulator.trim();
  if (name === '') return undefined;
  return agent === 'graph' ? name : { provider: simulatorProvider, model: name };
}

/** Customers first: they talk with an agent; then those of the tenant, then the roles that an agent plays. */
export function personaChoices(personas: readonly PersonaView[]): { group: string; items: Choice[] }[] {
  const choice = ({ name, title }: PersonaView): Choice => ({ value: name, label: title ?? name });
  const of = (fits: (persona: PersonaView) => boolean) => personas.filter(fits).map(choice);
  return [
    { group: 'Customers', items: of(({ kind }) => kind === 'customer') },
    { group: 'Own', items: of(({ source }) => source === 'own') },
    { group: 'Roles', items: of(({ kind }) => kind === 'role') },
  ].filter(({ items }) => items.length > 0);
}

interface Choice {
  value: string;
  label: string;
}
