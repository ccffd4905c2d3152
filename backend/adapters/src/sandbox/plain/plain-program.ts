import { parse, type Statement } from 'acorn';
import type { Json } from '@rehearse/contracts';
import type { ScriptAsk } from '@rehearse/engine';
import { isTaken, step, type World } from './expression.js';
import { beyond, isPrimitive, isShallow, type Value } from './value.js';

type Program = Extract<ScriptAsk, { language: 'javascript' }>;
type Source = Pick<Program, 'source' | 'form'>;

/** What it gives, as JSON; undefined where only the sandbox can say. */
export type PlainProgram = (bindings: Program['bindings']) => { value: Json } | undefined;

const LONGEST_SOURCE = 4_000;
const MOST_CHARACTERS = 5_000_000;
const LONGEST_ANSWER = 10_000;
const MOST_PARTS = 1_000;
const DEEPEST_ANSWER = 100;

/**
 * A program of a closed part of JavaScript, to be worked out where it stands: expressions without functions, patterns, `this`
 * or anything that is assigned twice, and `const` and `if` between them. It takes no more steps than it has characters, and sees
 * nothing but data. Undefined for any other; what such a program gives is what the sandbox gives, or it is left to that.
 */
export function plainProgram(program: Source): PlainProgram | undefined {
  if (program.source.length > LONGEST_SOURCE || !isShallow(program.source)) return undefined;
  const act = orNothing(() => block(statementsOf(program), GIVEN, 0, program.form !== 'body'));
  return act && ((bindings) => orNothing(() => answerOf(act(worldOf(bindings)))));
}

const GIVEN: ReadonlySet<string> = new Set(['output', 'context']);

const worldOf = ({ output, context }: Program['bindings']): World => ({
  names: new Map<string, Value>([
    ['output', output],
    ['context', context],
  ]),
  left: MOST_CHARACTERS,
});

/** Whatever stands in the way, be it a stack that is full: the sandbox says what there is to say. */
function orNothing<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function answerOf(value: Value | typeof ON): { value: Json } | undefined {
  if (value === undefined || value === ON) return undefined;
  count(value, { left: MOST_PARTS }, 0);
  const json = JSON.stringify(value);
  return json.length > LONGEST_ANSWER ? undefined : { value: JSON.parse(json) as Json };
}

/** Gives up where a value has more parts than fit into an answer: a list that holds one list ten times, and so on, has any number. */
function count(value: Value, parts: { left: number }, depth: number): void {
  if (--parts.left < 0 || depth > DEEPEST_ANSWER) beyond();
  if (isPrimitive(value)) return;
  for (const part of Object.values(value)) count(part, parts, depth + 1);
}

/** As the sandbox puts it into a function. */
function statementsOf({ source, form }: Source): Statement[] {
  const inner = form === 'expression' ? `(${source}\n);` : source;
  const { body } = parse(`(function (output, context) { 'use strict'; ${inner}\n})`, { ecmaVersion: 2023 });
  const [only] = body;
  if (body.length !== 1 || only?.type !== 'ExpressionStatement') return beyond();
  if (only.expression.type !== 'FunctionExpression') return beyond();
  const [, ...statements] = only.expression.body.body;
  return form === 'expression' && statements.length !== 1 ? beyond() : statements;
}

/** Says that a statement gave nothing back. */
const ON = Symbol('on');
type Act = (world: World) => Value | typeof ON;
const goOn: Act = () => ON;

/** `givesLast` where the value of the last statement is what the program gives. */
function block(
  statements: readonly Statement[],
  outer: ReadonlySet<string>,
  depth = 0,
  givesLast = false,
): Act {
  const names = new Set(outer);
  const acts = statements.map((statement, index) =>
    givesLast && index === statements.length - 1 && statement.type === 'ExpressionStatement'
      ? step(statement.expression, { names, depth })
      : act(statement, names, depth),
  );
  return (world) => {
    for (const next of acts) {
      const given = next(world);
      if (given !== ON) return given;
    }
    return ON;
  };
}

function act(node: Statement, names: Set<string>, depth: number): Act {
  const scope = { names, depth: depth + 1 };
  if (node.type === 'BlockStatement') return block(node.body, names, depth + 1);
  if (node.type === 'ReturnStatement') return node.argument ? step(node.argument, scope) : beyond();
  if (node.type === 'VariableDeclaration') return declaration(node, names, depth);
  if (node.type !== 'IfStatement') return beyond();
  const test = step(node.test, scope);
  const then = act(node.consequent, names, depth + 1);
  const otherwise = node.alternate ? act(node.alternate, names, depth + 1) : goOn;
  return (world) => (test(world) ? then(world) : otherwise(world));
}

type Declaration = Extract<Statement, { type: 'VariableDeclaration' }>;

function declaration({ kind, declarations }: Declaration, names: Set<string>, depth: number): Act {
  if (kind !== 'const' && kind !== 'let') return beyond();
  const made = declarations.map(({ id, init }) => {
    if (id.type !== 'Identifier' || !init || names.has(id.name) || isTaken(id.name)) return beyond();
    const value = step(init, { names, depth });
    names.add(id.name);
    return { name: id.name, value };
  });
  return (world) => {
    for (const { name, value } of made) world.names.set(name, value(world));
    return ON;
  };
}
