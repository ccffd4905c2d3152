import type { Json } from '@rehearse/contracts';
import type { AccessNode } from './access.js';
import { compileKey, compileReceiver, isAccess, select } from './access.js';
import type { Part, Site, Step, SyntaxNode, SyntaxOf } from './site.js';
import { fail, sizeOf } from './site.js';
import type { Frame, StaticType, Value } from './value.js';
import { describe, isMap, MAX_LIST, Optional, typeOf } from './value.js';

export const MACRO_NAMES = ['all', 'exists', 'exists_one', 'map', 'filter'] as const;
type MacroName = (typeof MACRO_NAMES)[number];

/** Comprehensions within comprehensions multiply the work. */
const MAX_NESTING = 2;

export const isMacro = (name: string, count: number): name is MacroName =>
  (count === 2 && (MACRO_NAMES as readonly string[]).includes(name)) || (count === 3 && name === 'map');

/** `has(a.b.c)`: whether every step of the path is there. In a contract null counts as not there. */
export function compileHas(node: SyntaxOf<'call'>, site: Site): Part {
  const [target] = node.args[1];
  if (node.args[1].length !== 1 || !target || (target.op !== '.' && target.op !== '.?')) {
    site.report(node, {
      code: 'expression/type',
      message: '`has` takes one field, as in has(inputs.order)',
    });
    return { run: () => false, type: 'bool', size: 1 };
  }
  const { root, keys } = chainOf(target, site);
  const run: Step = (frame) => {
    const value = keys.reduce<Value | undefined>((at, key) => next(at, key(frame)), root.run(frame));
    return value !== undefined && (value !== null || !site.isNullTolerant);
  };
  return { run, type: 'bool', size: keys.length + root.size };
}

function next(at: Value | undefined, key: Value): Value | undefined {
  const target = at instanceof Optional ? at.value : at;
  return target === undefined ? undefined : select(target, key);
}

function chainOf(node: AccessNode, site: Site): { root: Part; keys: Step[] } {
  const key = compileKey(node, site).run;
  const receiver = node.args[0];
  if (!isAccess(receiver)) return { root: compileReceiver(node, site), keys: [key] };
  const { root, keys } = chainOf(receiver, site);
  return { root, keys: [...keys, key] };
}

/** `list.all(x, …)` and its kin; over a map they run over its keys. */
export function compileMacro(node: SyntaxOf<'rcall'>, site: Site): Part {
  const [name, receiver, args] = node.args as [MacroName, SyntaxNode, SyntaxNode[]];
  const range = site.operand(receiver);
  site.expect(range, receiver, ['list', 'map']);
  checkNesting(node, site);
  const [variable, ...bodies] = args as [SyntaxNode, ...SyntaxNode[]];
  const slot = site.locals.length;
  site.locals.push(nameOf(variable, site));
  const parts = bodies.map((body) => site.operand(body));
  site.locals.pop();
  if (name !== 'map') site.expect(parts[0]!, bodies[0]!, ['bool']);
  if (parts.length === 2) site.expect(parts[0]!, bodies[0]!, ['bool']);
  const loop: Loop = { slot, site, cost: sizeOf(...parts), bodies: parts.map((part) => part.run) };
  const finish = MACROS[name](loop);
  const text = site.text(receiver);
  return {
    run: (frame) => finish(itemsOf(range.run(frame), site, text), frame),
    type: RESULTS[name],
    size: sizeOf(range, ...parts),
  };
}

function checkNesting(node: SyntaxNode, site: Site): void {
  if (site.locals.length !== MAX_NESTING) return;
  site.report(node, {
    code: 'expression/limit',
    message: `comprehensions may be nested ${MAX_NESTING} deep, not deeper`,
  });
}

function nameOf(variable: SyntaxNode, site: Site): string {
  if (variable.op === 'id') return variable.args;
  site.report(variable, { code: 'expression/syntax', message: 'the first argument must be a name' });
  return '';
}

function itemsOf(range: Value, site: Site, text: string): readonly Json[] {
  if (range === null && site.isNullTolerant) return [];
  const items = isMap(range) ? Object.keys(range) : range;
  if (!Array.isArray(items)) {
    return fail('expression/type', `${text} must be a list or a map, not ${describe(typeOf(range))}`);
  }
  if (items.length > MAX_LIST) {
    return fail(
      'expression/limit',
      `${text} has ${items.length} elements, more than the ${MAX_LIST} allowed`,
    );
  }
  return items;
}

interface Loop {
  slot: number;
  site: Site;
  /** The work of one round. */
  cost: number;
  bodies: readonly Step[];
}

type Finish = (items: readonly Json[], frame: Frame) => Value;

const RESULTS: Readonly<Record<MacroName, StaticType>> = {
  ...{ all: 'bool', exists: 'bool', exists_one: 'bool', map: 'list', filter: 'list' },
};

const MACROS: Readonly<Record<MacroName, (loop: Loop) => Finish>> = {
  all: (loop) => (items, frame) => !quantify(loop, { items, frame, wanted: false }),
  exists: (loop) => (items, frame) => quantify(loop, { items, frame, wanted: true }),
  exists_one: (loop) => (items, frame) => items.filter((item) => holds(loop, item, frame)).length === 1,
  filter: (loop) => (items, frame) => items.filter((item) => holds(loop, item, frame)),
  map: (loop) => (items, frame) => {
    const kept = loop.bodies.length === 2 ? items.filter((item) => holds(loop, item, frame)) : items;
    const transform = loop.bodies.at(-1)!;
    return kept.map((item) => runBody(loop, transform, { item, frame }) as Json);
  },
};

/**
 * Whether the predicate gives the wanted answer for any item. As `||` and `&&` do, a failure for one item gives way to
 * a later item that decides.
 */
function quantify(
  loop: Loop,
  { items, frame, wanted }: { items: readonly Json[]; frame: Frame; wanted: boolean },
): boolean {
  let failure: { error: unknown } | undefined;
  for (const item of items) {
    try {
      if (holds(loop, item, frame) === wanted) return true;
    } catch (error) {
      frame.absorb(error);
      failure ??= { error };
    }
  }
  if (failure) throw failure.error;
  return false;
}

function runBody(loop: Loop, body: Step, { item, frame }: { item: Json; frame: Frame }): Value {
  frame.spend(loop.cost);
  frame.locals[loop.slot] = item;
  return body(frame);
}

function holds(loop: Loop, item: Json, frame: Frame): boolean {
  const answer = runBody(loop, loop.bodies[0]!, { item, frame });
  if (typeof answer === 'boolean') return answer;
  if (answer === null && loop.site.isNullTolerant) return false;
  return fail('expression/type', `the predicate must give a bool, not ${describe(typeOf(answer))}`);
}
