import type { BinaryOperator } from '@marcbachmann/cel-js';
import type { Json } from '@rehearse/contracts';
import { compileAccess } from './access.js';
import { compileCall, compileMethod } from './calls.js';
import { closestName } from './closest-name.js';
import { compileBinary, finite } from './operators.js';
import type { Part, Site, Step, SyntaxNode, SyntaxOf } from './site.js';
import { fail, sizeOf } from './site.js';
import type { Frame, StaticType, Value } from './value.js';
import { describe, isForbiddenKey, typeOf } from './value.js';

/**
 * Turns a syntax tree into closures over a frame.
 *
 * The library parses CEL, and its own evaluator is passed over on purpose: here numbers are those of JSON, a missing
 * field names its path, null is tolerated in contracts, regular expressions are linear, and work is bounded. Each
 * of these would be a patch on the inside of the library's evaluator.
 */
export function compileNode(node: SyntaxNode, site: Site): Part {
  switch (node.op) {
    case 'value':
      return compileLiteral(node, site);
    case 'id':
      return compileName(node, site);
    case '.':
    case '.?':
    case '[]':
    case '[?]':
      return compileAccess(node, site);
    case 'call':
      return compileCall(node, site);
    case 'rcall':
      return compileMethod(node, site);
    case 'list':
      return compileList(node, site);
    case 'map':
      return compileMap(node, site);
    case '?:':
      return compileChoice(node, site);
    case '&&':
    case '||':
      return compileLogic(node, site);
    case '!_':
    case '-_':
      return compileUnary(node, site);
    default:
      return compileBinary(node satisfies SyntaxOf<BinaryOperator>, site);
  }
}

const constant = (value: Value, type: StaticType): Part => ({ run: () => value, type, size: 1 });

function compileLiteral(node: SyntaxOf<'value'>, site: Site): Part {
  const value = node.args;
  if (typeof value === 'bigint') return constant(exactInteger(value, node, site), 'number');
  if (value === null || typeof value !== 'object') return constant(value, typeOf(value));
  const message = `${site.text(node)}: bytes and unsigned integers do not exist in JSON`;
  site.report(node, { code: 'expression/type', message });
  return constant(null, 'dyn');
}

function exactInteger(value: bigint, node: SyntaxNode, site: Site): number {
  if (!Number.isSafeInteger(Number(value))) {
    site.report(node, {
      code: 'expression/limit',
      message: `${site.text(node)} is too large to be exact`,
      suggestion: 'write it as a string; in a journal such an integer is a string too',
    });
  }
  return Number(value);
}

function compileName(node: SyntaxOf<'id'>, site: Site): Part {
  const name = node.args;
  const slot = site.locals.lastIndexOf(name);
  if (slot >= 0) return { run: (frame) => frame.locals[slot]!, type: 'dyn', size: 1 };
  const { variables } = site;
  if (!Object.hasOwn(variables, name)) return unknownName(node, Object.keys(variables), site);
  site.names.add(name);
  if (name === 'nodes' && site.scope === 'node') {
    site.report(node, {
      code: 'expression/unknown-name',
      message: '`nodes` stands for no value: which node is meant must stand in the expression',
      suggestion: 'name the node: nodes.<id>',
    });
  }
  return { run: nameStep(name, site), type: variables[name]!, size: 1 };
}

function nameStep(name: string, site: Site): Step {
  const lookUp =
    name === 'vars'
      ? ({ bindings }: Frame) => bindings['vars'] ?? bindings['inputs']
      : ({ bindings }: Frame) => bindings[name];
  if (site.isNullTolerant) return (frame) => lookUp(frame) ?? null;
  return (frame) => {
    const value = lookUp(frame);
    return value === undefined ? fail('expression/missing-field', `${name}: is not known here`, name) : value;
  };
}

function unknownName(node: SyntaxOf<'id'>, variables: readonly string[], site: Site): Part {
  const known = [...site.locals, ...variables];
  const near = closestName(node.args, known);
  site.report(node, {
    code: 'expression/unknown-name',
    message: `unknown name \`${node.args}\`; known here are ${known.join(', ')}`,
    ...(near && { suggestion: `did you mean \`${near}\`?` }),
  });
  return constant(null, 'dyn');
}

function compileList(node: SyntaxOf<'list'>, site: Site): Part {
  const parts = node.args.map((item) => site.operand(item));
  const steps = parts.map((part) => part.run);
  return { run: (frame) => steps.map((step) => step(frame) as Json), type: 'list', size: sizeOf(...parts) };
}

function compileMap(node: SyntaxOf<'map'>, site: Site): Part {
  const entries = node.args.map(([key, value]) => {
    const part = site.operand(key);
    site.expect(part, key, ['string']);
    return { key: part, value: site.operand(value) };
  });
  const run: Step = (frame) => {
    const map: Record<string, Json> = {};
    for (const { key, value } of entries) map[mapKey(key.run(frame))] = value.run(frame) as Json;
    return map;
  };
  return { run, type: 'map', size: sizeOf(...entries.flatMap(({ key, value }) => [key, value])) };
}

function mapKey(key: Value): string {
  if (typeof key !== 'string')
    return fail('expression/type', `a key must be a string, not ${describe(typeOf(key))}`);
  return isForbiddenKey(key) ? fail('expression/type', `\`${key}\` cannot be a key`) : key;
}

function compileChoice(node: SyntaxOf<'?:'>, site: Site): Part {
  const condition = compileCondition(node.args[0], site);
  const [yes, no] = [site.compile(node.args[1]), site.compile(node.args[2])];
  if ((yes.type === 'optional') !== (no.type === 'optional')) {
    const absent = yes.type === 'optional' ? node.args[1] : node.args[2];
    site.report(absent, {
      code: 'expression/type',
      message: `${site.text(absent)} may be absent, the other choice is not`,
      suggestion: 'say what it is then: .orValue(…)',
    });
  }
  const { test, size } = condition;
  const [runYes, runNo] = [yes.run, no.run];
  return {
    run: (frame) => (test(frame) ? runYes(frame) : runNo(frame)),
    type: yes.type === no.type ? yes.type : 'dyn',
    size: size + yes.size + no.size + 1,
  };
}

/** A whole expression that decides something: it gives a bool, or fails. */
export function compileTest(node: SyntaxNode, site: Site): Part {
  const { test, size } = compileCondition(node, site);
  return { run: test, type: 'bool', size };
}

/** A part that must give a bool; in a contract null counts as false. */
function compileCondition(node: SyntaxNode, site: Site): { test: (frame: Frame) => boolean; size: number } {
  const part = site.operand(node);
  site.expect(part, node, ['bool']);
  const { run } = part;
  const text = site.text(node);
  const test = (frame: Frame): boolean => {
    const value = run(frame);
    if (typeof value === 'boolean') return value;
    if (value === null && site.isNullTolerant) return false;
    return fail('expression/type', `${text} must be a bool, not ${describe(typeOf(value))}`);
  };
  return { test, size: part.size };
}

/** `&&` and `||`: a side that decides wins over a side that fails, whichever stands first. */
function compileLogic(node: SyntaxOf<'&&' | '||'>, site: Site): Part {
  const [left, right] = [compileCondition(node.args[0], site), compileCondition(node.args[1], site)];
  const decisive = node.op === '||';
  const run: Step = (frame) => {
    let first: boolean;
    try {
      first = left.test(frame);
    } catch (error) {
      frame.absorb(error);
      if (right.test(frame) === decisive) return decisive;
      throw error;
    }
    return first === decisive ? decisive : right.test(frame);
  };
  return { run, type: 'bool', size: left.size + right.size + 1 };
}

function compileUnary(node: SyntaxOf<'!_' | '-_'>, site: Site): Part {
  if (node.op === '!_') {
    const { test, size } = compileCondition(node.args, site);
    return { run: (frame) => !test(frame), type: 'bool', size: size + 1 };
  }
  const part = site.operand(node.args);
  site.expect(part, node.args, ['number']);
  const text = site.text(node);
  const run: Step = (frame) => {
    const value = part.run(frame);
    if (typeof value === 'number') return finite(-value, frame, text);
    if (value === null && site.isNullTolerant) return null;
    return fail('expression/type', `${text}: only a number can be negated, not ${describe(typeOf(value))}`);
  };
  return { run, type: 'number', size: part.size + 1 };
}
