import type { Json, JsonObject } from '@rehearse/contracts';
import type { YamlPath } from './yaml-values.js';
import type { YamlPlace } from './yaml-place.js';

/** A name that the document gives to something of its own. */
export interface DefinedName {
  name: string;
  /** What it is the name of. */
  of: string;
  description?: string;
}

/** The names that the value at this place may refer to. */
export function namesFor(place: Pick<YamlPlace, 'path' | 'document' | 'others'>): DefinedName[] {
  const { path, document } = place;
  const key = path.findLast((step) => typeof step === 'string');
  const around = at(document, path.slice(0, path.lastIndexOf(key ?? '')));
  const owner = object(around);
  if (owner['type'] === undefined && path.includes('targets'))
    return key === 'script' ? keys(place, 'mocks') : [];
  switch (key) {
    case 'needs':
      return nodesBeside(place).filter(({ name }) => name !== ownNode(path));
    case 'handoffs':
      return nodesBeside(place, 'agent').filter(({ name }) => name !== ownNode(path));
    case 'agent':
      return owner['type'] === 'conversation' ? nodesBeside(place, 'agent') : [];
    case 'provider':
      return keys(place, 'providers');
    case 'tool':
    case 'tools':
      return keys(place, 'tools');
    case 'persona':
    case 'role':
      return path.includes('messages') ? [] : personas(place);
    case '$ref':
      return keys(place, 'assertTemplates');
    case 'default':
      return owner['type'] === 'switch' ? listed(owner['cases'], { by: 'name', of: 'case' }) : [];
    case 'name':
      return path.includes('toolCalls') ? keys(place, 'tools') : [];
    case 'on':
      return path[0] === 'chaos' ? callsOf(place) : [];
    case 'value':
      return namesOfAssertion(place, owner['type']);
    default:
      return [];
  }
}

type Named = Pick<YamlPlace, 'path' | 'document' | 'others'>;

const OF = {
  providers: 'route',
  mocks: 'mock',
  tools: 'tool',
  assertTemplates: 'assertion template',
} as const;

const keys = ({ document }: Named, section: keyof typeof OF): DefinedName[] =>
  members(object(document)[section], OF[section]);

const members = (section: Json | undefined, of: string): DefinedName[] =>
  Object.entries(object(section)).map(([name, member]) => named(name, member, of));

function named(name: string, member: Json, of: string): DefinedName {
  const { description } = object(member);
  return { name, of, ...(typeof description === 'string' && { description }) };
}

/** The nodes of the body that the place lies in, those of one type or all. */
function nodesBeside({ document, path }: Named, type?: string): DefinedName[] {
  const body = object(at(document, path.slice(0, path.lastIndexOf('nodes') + 1)));
  return Object.entries(body)
    .filter(([, node]) => type === undefined || object(node)['type'] === type)
    .map(([name, node]) => named(name, node, `${String(object(node)['type'] ?? '')} node`.trim()));
}

const ownNode = (path: YamlPath): string | number | undefined => path[path.lastIndexOf('nodes') + 1];

const personas = ({ others }: Named): DefinedName[] =>
  others
    .map(object)
    .flatMap((other) =>
      other['kind'] === 'Persona' && typeof other['name'] === 'string'
        ? [named(other['name'], other, 'persona')]
        : [],
    );

/** The calls that a fault may hit. */
function callsOf(place: Named): DefinedName[] {
  const asking = nodesIn(object(place.document)['nodes']).map((node) => ({
    ...node,
    name: `llm:${node.name}`,
  }));
  return [...asking, ...keys(place, 'tools').map((tool) => ({ ...tool, name: `tool:${tool.name}` }))];
}

/** All nodes that ask a model, those within others too. */
function nodesIn(body: Json | undefined): DefinedName[] {
  return Object.entries(object(body)).flatMap(([name, node]) => {
    const { type, nodes } = object(node);
    const own = type === 'llm' || type === 'agent' ? [named(name, node, `${type} node`)] : [];
    return [...own, ...nodesIn(nodes)];
  });
}

function namesOfAssertion(place: Named, type: Json | undefined): DefinedName[] {
  const plain = typeof type === 'string' ? type.replace(/^not-/, '') : '';
  if (plain === 'contract') return listed(object(place.document)['contracts'], { by: 'id', of: 'contract' });
  return plain.startsWith('trajectory:tool-') ? keys(place, 'tools') : [];
}

function listed(list: Json | undefined, { by, of }: { by: string; of: string }): DefinedName[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((one) => {
    const name = object(one)[by];
    return typeof name === 'string' ? [named(name, one, of)] : [];
  });
}

const at = (value: Json | undefined, path: YamlPath): Json | undefined =>
  path.reduce<Json | undefined>((inner, step) => (inner as Record<string | number, Json>)?.[step], value);

const object = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
