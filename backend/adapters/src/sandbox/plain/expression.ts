import type { AnyNode } from 'acorn';
import { FUNCTIONS, OF_LIST, OF_TEXT, type Call } from './calls.js';
import { beyond, BINARY, bounded, isPrimitive, isText, memberOf, UNARY, type Value } from './value.js';

/** What a run of a program works with. */
export interface World {
  names: Map<string, Value>;
  /** Characters that may still be looked at. */
  left: number;
}

export type Step = (world: World) => Value;

/** Where an expression stands: the names that have a value there, and how deeply it is nested. */
export interface Scope {
  names: ReadonlySet<string>;
  depth: number;
}

/** The sandbox has the stack for them, and so has this process, wherever it stands. */
const MOST_LEVELS = 100;
type Node<Type extends AnyNode['type']> = Extract<AnyNode, { type: Type }>;
type Compile<Type extends AnyNode['type']> = (node: Node<Type>, scope: Scope) => Step;

export function step(node: AnyNode, scope: Scope): Step {
  const compile = (STEPS as Partial<Record<string, Compile<never>>>)[node.type];
  return compile ? compile(node as never, deeper(scope)) : beyond();
}

const deeper = ({ names, depth }: Scope): Scope =>
  depth < MOST_LEVELS ? { names, depth: depth + 1 } : beyond();

const CONSTANTS: Readonly<Record<string, Value>> = { undefined, NaN, Infinity };
const GLOBALS = new Set([
  ...Object.keys(CONSTANTS),
  ...Object.keys(FUNCTIONS).map((name) => name.split('.')[0]!),
]);

/** Whether a name has a meaning already, or may have none of its own. */
export const isTaken = (name: string): boolean =>
  GLOBALS.has(name) || name === 'arguments' || name === 'eval';

const STEPS: { readonly [Type in AnyNode['type']]?: Compile<Type> } = {
  Literal: ({ value, regex, bigint }) => {
    if (regex || bigint || typeof value === 'object') return value === null ? () => null : beyond();
    return () => value as Value;
  },
  Identifier: ({ name }, { names }) => {
    if (Object.hasOwn(CONSTANTS, name)) return () => CONSTANTS[name];
    return names.has(name) ? ({ names: values }) => values.get(name) : beyond();
  },
  TemplateLiteral: ({ quasis, expressions }, scope) => {
    const parts = expressions.map((part) => step(part, scope));
    const texts = quasis.map(({ value }) => value.cooked ?? beyond());
    return (world) =>
      parts.reduce((text, part, at) => bounded(text + textOf(part(world)) + texts[at + 1]!), texts[0]!);
  },
  UnaryExpression: ({ operator, argument }, scope) => {
    const work = UNARY[operator] ?? beyond();
    const value = step(argument, scope);
    return (world) => work(value(world));
  },
  BinaryExpression: ({ operator, left, right }, scope) => {
    const work = BINARY[operator] ?? beyond();
    const [first, second] = [step(left, scope), step(right, scope)];
    return (world) => work(first(world), second(world));
  },
  LogicalExpression: ({ operator, left, right }, scope) => {
    const [first, second] = [step(left, scope), step(right, scope)];
    if (operator === '&&') return (world) => first(world) && second(world);
    if (operator === '||') return (world) => first(world) || second(world);
    return (world) => first(world) ?? second(world);
  },
  ConditionalExpression: ({ test, consequent, alternate }, scope) => {
    const [asked, then, otherwise] = [test, consequent, alternate].map((part) => step(part, scope));
    return (world) => (asked!(world) ? then!(world) : otherwise!(world));
  },
  ArrayExpression: ({ elements }, scope) => {
    const items = elements.map((item) => (item ? step(item, scope) : beyond()));
    return (world) => items.map((item) => item(world));
  },
  ObjectExpression: ({ properties }, scope) => {
    const members = properties.map((property) => [keyOf(property), step(valueOf(property), scope)] as const);
    return (world) => Object.fromEntries(members.map(([key, value]) => [key, value(world)]));
  },
  MemberExpression: whole,
  CallExpression: whole,
  ChainExpression: ({ expression }, scope) => whole(expression, scope),
};

const textOf = (value: Value): string => (isPrimitive(value) ? String(value) : beyond());

type Property = Node<'ObjectExpression'>['properties'][number];

function keyOf(property: Property): string {
  if (property.type !== 'Property' || property.computed || property.kind !== 'init') return beyond();
  const { key } = property;
  const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? key.value : beyond();
  return typeof name === 'string' && name !== '__proto__' ? name : beyond();
}

const valueOf = (property: Property): AnyNode => (property.type === 'Property' ? property.value : beyond());

/** Says that what stood before a `?.` was nothing, so that all behind it is left out. */
const CUT = Symbol('cut');
type Link = (world: World) => Value | typeof CUT;

/** A chain of members and calls, to its end. */
function whole(node: AnyNode, scope: Scope): Step {
  const last = link(node, scope);
  return (world) => {
    const value = last(world);
    return value === CUT ? undefined : value;
  };
}

function link(node: AnyNode, scope: Scope): Link {
  if (node.type === 'MemberExpression') {
    const key = keyStep(node, scope);
    return after(node, scope, (value, world) => memberOf(value, key(world)));
  }
  if (node.type !== 'CallExpression') return step(node, scope);
  const { callee, optional } = node;
  const args = node.arguments.map((arg) => step(arg, scope));
  const name = nameOf(callee);
  if (optional) return beyond();
  if (Object.hasOwn(FUNCTIONS, name)) return (world) => call(FUNCTIONS[name], undefined, args, world);
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier')
    return beyond();
  const method = callee.property.name;
  if (!Object.hasOwn(OF_TEXT, method) && !Object.hasOwn(OF_LIST, method)) return beyond();
  return after(callee, scope, (value, world) => {
    if (isText(value)) return call(OF_TEXT[method], value, args, world);
    return Array.isArray(value) ? call(OF_LIST[method], value as readonly Value[], args, world) : beyond();
  });
}

/** What is done with that before the dot, when there is something. */
function after(
  { object, optional }: Node<'MemberExpression'>,
  scope: Scope,
  work: (value: Value, world: World) => Value,
): Link {
  const before = link(object, deeper(scope));
  return (world) => {
    const value = before(world);
    if (value === CUT) return CUT;
    if (value === null || value === undefined) return optional ? CUT : beyond();
    return work(value, world);
  };
}

function keyStep({ property, computed }: Node<'MemberExpression'>, scope: Scope): Step {
  if (computed) return step(property, scope);
  const { name } = property.type === 'Identifier' ? property : beyond();
  return () => name;
}

/** `JSON.parse` of `JSON.parse(…)`; no name of a program is one of these. */
function nameOf(callee: AnyNode): string {
  if (callee.type === 'Identifier') return callee.name;
  if (callee.type !== 'MemberExpression' || callee.computed || callee.optional) return '';
  const { object, property } = callee;
  return object.type === 'Identifier' && property.type === 'Identifier'
    ? `${object.name}.${property.name}`
    : '';
}

/** A search looks at no more than the longest text times the longest part of it. */
function call<Self>(known: Call<Self> | undefined, self: Self, args: readonly Step[], world: World): Value {
  const values = args.map((arg) => arg(world));
  const length = isText(self as Value) || Array.isArray(self) ? (self as string).length : 0;
  const longest = values.reduce<number>(
    (most, value) => (isText(value) ? Math.max(most, value.length) : most),
    0,
  );
  world.left -= (1 + length) * (1 + longest);
  return known && world.left >= 0 ? known(self, values) : beyond();
}
