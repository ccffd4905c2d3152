import {
  API_VERSION,
  type AgentNode,
  type GraphDocument,
  type Json,
  type JsonObject,
} from '@rehearse/contracts';
import { type At, isMapping, type Sources } from '../sources.js';
import { isModelConfig, isModelKey, modelOf, routeOf } from './model.js';
import { secretsIn, withoutSecrets } from './secrets.js';
import { nameOf, readTools } from './tools.js';

/** Keys that say nothing about behaviour. */
const IGNORED = ['pricing', 'id', 'created_at', 'updated_at', 'author', 'owner'];
const USED = [
  'name',
  'description',
  'system_prompt',
  'capabilities',
  'tools',
  'access_level',
  'version',
  'tags',
  'max_turns',
];

/** Whether a mapping is the config of an agent. */
export const isAgent = (value: Json | undefined): value is JsonObject =>
  isMapping(value) &&
  (typeof value['system_prompt'] === 'string' ||
    (typeof value['name'] === 'string' &&
      Object.keys(value).some((key) => KNOWN_MARKS.includes(key) || isModelConfig(key))));
const KNOWN_MARKS = ['model', 'tools', 'capabilities', 'access_level'];

interface Placed {
  /** What the graph is called. */
  name: string;
  file: string;
  sources: Sources;
}

/** The graph of one agent: a node that asks its model, offline a mock, with its tools. No secret of the config is in it. */
export function agentGraph(agent: JsonObject, { name, file, sources }: Placed): GraphDocument {
  const { target, ...route } = routeOf(agent, sources);
  const tools = readTools(agent['tools'], [agent, 'tools'], sources);
  const title = typeof agent['name'] === 'string' ? agent['name'] : name;
  noteKeys(agent, { name, sources, toolNames: Object.keys(tools) });
  const labels = labelsOf(agent, file);
  const description = agent['description'];
  const document: GraphDocument = {
    ...{ apiVersion: API_VERSION, kind: 'Graph', name },
    ...(typeof description === 'string' && { description }),
    labels,
    inputs: { type: 'object', required: ['message'], properties: { message: { type: 'string' } } },
    providers: { agent: { targets: [target, { provider: 'mock', script: 'offline' }], ...route } },
    mocks: {
      offline: [{ reply: { content: `${plain(title)} is not connected; it was asked: {{ last.content }}` } }],
    },
    ...(Object.keys(tools).length > 0 && { tools }),
    nodes: { [nameOf(title)]: nodeOf(agent, [...Object.keys(tools), ...memoryOf(agent)]) },
    cases: [{ id: 'hello', vars: { message: 'Hello' } }],
  };
  return withoutSecrets(document as unknown as JsonObject, secretsIn(agent)) as unknown as GraphDocument;
}

/** The tools of memory, which are built in. */
const MEMORY = ['memory_read', 'memory_write'];

function memoryOf(agent: JsonObject): string[] {
  const config = agent['memory_config'];
  const isOn = config === true || (isMapping(config) && config['enabled'] !== false);
  return isOn ? MEMORY : [];
}

/** Text in which nothing is a template. */
const plain = (text: string): string => text.replaceAll('{{', '{{ "{{" }}');

function nodeOf(agent: JsonObject, tools: readonly string[]): AgentNode {
  const { system_prompt: system, max_turns: maxTurns, access_level: level } = agent;
  return {
    ...{ type: 'agent', provider: 'agent' },
    ...(typeof system === 'string' && { system: plain(system) }),
    prompt: '{{ inputs.message }}',
    ...(tools.length > 0 && { tools: [...tools] }),
    ...(isTurns(maxTurns) && { maxTurns }),
    ...(typeof level === 'string' && level !== '' && { scopes: [level] }),
  };
}

const isTurns = (value: Json | undefined): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1_000;

const LABELS = ['capabilities', 'tags', 'version'];

function labelsOf(agent: JsonObject, file: string): Record<string, string> {
  const labels: Record<string, string> = { importedFrom: file };
  for (const key of LABELS) {
    const text = listed(agent[key]);
    if (text !== '') labels[key] = text;
  }
  return labels;
}

function listed(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(listed).join(', ');
  if (!isMapping(value)) return String(value);
  if (typeof value['name'] === 'string') return value['name'];
  return Object.keys(value)
    .filter((key) => value[key] !== false)
    .join(', ');
}

interface Noted {
  name: string;
  sources: Sources;
  toolNames: readonly string[];
}

function noteKeys(agent: JsonObject, { name, sources, toolNames }: Noted): void {
  for (const [key, value] of Object.entries(agent)) {
    const at: At = [agent, key];
    if (IGNORED.includes(key)) sources.ignored(at, `\`${key}\` says nothing about behaviour`);
    else if (isEmpty(key, value)) sources.ignored(at, `\`${key}\` is empty`);
    else if (key === 'memory_config') noteMemory(agent, at, sources);
    else if (key === 'name') noteName(String(value), { at, name, sources });
    else if (key === 'tools' && toolNames.length > 0)
      sources.changed(
        at,
        `\`tools\` are declared, and answer an error until they get \`http\` or a \`mock\`: ${toolNames.join(', ')}`,
      );
    else if (Object.hasOwn(PLACES, key) && !isWritten(key, value))
      sources.lost(at, `\`${key}\` has a value that cannot be used, and is left out`);
    else if (LABELS.includes(key) && isOnlyNamed(value))
      sources.changed(at, `\`${key}\` is the label \`${key}\`, which holds names alone: ${listed(value)}`);
    else if (Object.hasOwn(PLACES, key)) sources.mapped(at, `\`${key}\` is ${PLACES[key]!}`);
    else if (key === 'model' && modelOf(value) === undefined) sources.lost(at, '`model` names no model');
    else if (key === 'model')
      sources.mapped(at, '`model` is a target of the route `agent`, with a mock behind it');
    else if (!USED.includes(key) && !isModelKey(key) && !(isModelConfig(key) && isMapping(value)))
      sources.lost(at, `\`${key}\` has no counterpart`);
  }
}

function noteMemory(agent: JsonObject, at: At, sources: Sources): void {
  const isOn = memoryOf(agent).length > 0;
  if (!isOn) return sources.ignored(at, '`memory_config` is off');
  sources.changed(
    at,
    `\`memory_config\` is the pair of tools \`${MEMORY.join('` and `')}\`; how long it is kept and how it is searched has no counterpart`,
  );
}

const isEmpty = (key: string, value: Json): boolean =>
  value === null ? key === 'model' || !isModelKey(key) : value === '' && !isWritten(key, value);

/** Whether the graph has what stands there. */
function isWritten(key: string, value: Json): boolean {
  if (LABELS.includes(key)) return listed(value) !== '';
  if (key === 'max_turns') return isTurns(value);
  return typeof value === 'string' && (key !== 'access_level' || value !== '');
}

/** Of mappings the label keeps no more than what they name. */
const isOnlyNamed = (value: Json): boolean =>
  Array.isArray(value) ? value.some(isOnlyNamed) : isMapping(value);

const PLACES: Readonly<Record<string, string>> = {
  description: '`description`',
  system_prompt: '`system` of the node',
  capabilities: 'the label `capabilities`',
  tags: 'the label `tags`',
  version: 'the label `version`',
  access_level: '`scopes` of the node; a tool says in `access` which of them may call it',
  max_turns: '`maxTurns` of the node',
};

function noteName(written: string, { at, name, sources }: { at: At; name: string; sources: Sources }): void {
  if (written === name) sources.mapped(at, '`name` is the name of the graph and of its node');
  else sources.changed(at, `\`${written}\` is called \`${name}\``);
}
