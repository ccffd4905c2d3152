import type { BinaryOperator } from '@marcbachmann/cel-js';
import { EVENT_TYPES } from '@rehearse/contracts';
import { closestName } from './closest-name.js';
import type { Part, Site, SyntaxNode, SyntaxOf } from './site.js';
import { fail, sizeOf } from './site.js';
import type { Frame, StaticType, Value } from './value.js';
import { describe, fieldOf, isEqual, isMap, MAX_STRING, typeOf } from './value.js';

/** Computes a value; `text` is the source of the operation, for messages. */
type Operation = (left: Value, right: Value, frame: Frame, text: string) => Value;

/** Keeps what JSON cannot hold (NaN, Infinity, -0) out of every value. */
export function finite(value: number, frame: Frame, text: string): number {
  if (!Number.isFinite(value)) fail('expression/number', `${text}: the result is not a finite number`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) frame.hasLargeIntegers = true;
  return value + 0;
}

const mismatch = (verb: string, left: Value, right: Value, text: string): never =>
  fail('expression/type', `${text}: cannot ${verb} ${describe(typeOf(left))} and ${describe(typeOf(right))}`);

const arithmetic =
  (verb: string, compute: (left: number, right: number) => number): Operation =>
  (left, right, frame, text) =>
    typeof left === 'number' && typeof right === 'number'
      ? finite(compute(left, right), frame, text)
      : mismatch(verb, left, right, text);

const divided =
  (verb: string, compute: (left: number, right: number) => number): Operation =>
  (left, right, frame, text) => {
    if (right === 0 && typeof left === 'number') fail('expression/number', `${text}: division by zero`);
    return arithmetic(verb, compute)(left, right, frame, text);
  };

const add: Operation = (left, right, frame, text) => {
  if (typeof left === 'number' && typeof right === 'number') return finite(left + right, frame, text);
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length + right.length > MAX_STRING) fail('expression/limit', `${text}: the text gets too long`);
    return left + right;
  }
  if (!Array.isArray(left) || !Array.isArray(right)) return mismatch('add', left, right, text);
  frame.spend(left.length + right.length);
  return [...left, ...right];
};

const ordered =
  (holds: (left: number | string, right: number | string) => boolean): Operation =>
  (left, right, _frame, text) => {
    if (typeof left === 'number' && typeof right === 'number') return holds(left, right);
    if (typeof left === 'string' && typeof right === 'string') return holds(left, right);
    return mismatch('compare', left, right, text);
  };

const contains: Operation = (item, container, frame, text) => {
  if (Array.isArray(container)) {
    frame.spend(container.length);
    return container.some((element) => isEqual(item, element, frame));
  }
  if (isMap(container)) return typeof item === 'string' && fieldOf(container, item) !== undefined;
  return fail('expression/type', `${text}: \`in\` needs a list or a map, not ${describe(typeOf(container))}`);
};

interface Rule {
  operation: Operation;
  result: StaticType;
  /** The types that each side may have, when the operator does not take all. */
  left?: readonly StaticType[];
  right?: readonly StaticType[];
  /** Both sides must be of one type. */
  isUniform?: true;
  isComparison?: true;
}

type Sides = Omit<Rule, 'operation'>;
const NUMBERS: Sides = { result: 'number', left: ['number'], right: ['number'] };
const ORDERED: readonly StaticType[] = ['number', 'string'];
const ORDER: Sides = { result: 'bool', left: ORDERED, right: ORDERED, isUniform: true, isComparison: true };
const ADDABLE: readonly StaticType[] = ['number', 'string', 'list'];

const RULES: Readonly<Record<BinaryOperator, Rule>> = {
  '+': { operation: add, result: 'dyn', left: ADDABLE, right: ADDABLE, isUniform: true },
  '-': { operation: arithmetic('subtract', (left, right) => left - right), ...NUMBERS },
  '*': { operation: arithmetic('multiply', (left, right) => left * right), ...NUMBERS },
  '/': { operation: divided('divide', (left, right) => left / right), ...NUMBERS },
  '%': { operation: divided('divide', (left, right) => left % right), ...NUMBERS },
  '<': { operation: ordered((left, right) => left < right), ...ORDER },
  '<=': { operation: ordered((left, right) => left <= right), ...ORDER },
  '>': { operation: ordered((left, right) => left > right), ...ORDER },
  '>=': { operation: ordered((left, right) => left >= right), ...ORDER },
  '==': {
    operation: (left, right, frame) => isEqual(left, right, frame),
    result: 'bool',
    isComparison: true,
  },
  '!=': {
    operation: (left, right, frame) => !isEqual(left, right, frame),
    result: 'bool',
    isComparison: true,
  },
  in: { operation: contains, result: 'bool', right: ['list', 'map'], isComparison: true },
};

export function compileBinary(node: SyntaxOf<BinaryOperator>, site: Site): Part {
  const rule = RULES[node.op];
  const [left, right] = [site.operand(node.args[0]), site.operand(node.args[1])];
  checkTypes(node, rule, { left, right, site });
  const type = node.op === '+' && left.type === right.type ? left.type : rule.result;
  const operation = isIntegerDivision(node, site) ? integerDivision : rule.operation;
  const run = site.isNullTolerant && !isTestForNull(node) ? tolerant(operation, rule) : operation;
  const text = site.text(node);
  const [runLeft, runRight] = [left.run, right.run];
  return {
    run: (frame) => run(runLeft(frame), runRight(frame), frame, text),
    type,
    size: sizeOf(left, right),
  };
}

/** With null on either side a comparison is false, `!=` included, and anything else is null. */
function tolerant(operation: Operation, { isComparison }: Rule): Operation {
  const otherwise = isComparison ? false : null;
  return (left, right, frame, text) =>
    left === null || right === null ? otherwise : operation(left, right, frame, text);
}

/** `x == null` and `x != null` ask whether x is there; that has an answer also where null is tolerated. */
function isTestForNull(node: SyntaxOf<BinaryOperator>): boolean {
  return (node.op === '==' || node.op === '!=') && node.args.some((side) => isLiteral(side, null));
}

const isLiteral = (node: SyntaxNode, value: unknown): boolean => node.op === 'value' && node.args === value;

function checkTypes(
  node: SyntaxOf<BinaryOperator>,
  rule: Rule,
  { left, right, site }: { left: Part; right: Part; site: Site },
): void {
  warnOfUnknownEvent(node, site);
  const before = site.issues.length;
  if (rule.left) site.expect(left, node.args[0], rule.left);
  if (rule.right) site.expect(right, node.args[1], rule.right);
  if (site.issues.length > before || !areKnownAndDiffer(left, right)) return;
  const pair = `${describe(left.type)} and ${describe(right.type)}`;
  if (rule.isUniform) {
    const hint = node.op === '+' ? { suggestion: 'make a string of it: string(…)' } : {};
    const verb = node.op === '+' ? 'add' : 'compare';
    site.report(node, {
      code: 'expression/type',
      message: `${site.text(node)}: cannot ${verb} ${pair}`,
      ...hint,
    });
  } else if ((node.op === '==' || node.op === '!=') && left.type !== 'null' && right.type !== 'null') {
    site.warn(node, {
      code: 'expression/type',
      message: `${site.text(node)} is always ${node.op === '!='}: it compares ${pair}`,
    });
  }
}

/** A misspelt type in a contract is an event that never comes, and `never` would hold for no reason. */
function warnOfUnknownEvent(node: SyntaxOf<BinaryOperator>, site: Site): void {
  if (site.scope !== 'contract' || site.locals.includes('type')) return;
  if (node.op !== '==' && node.op !== '!=') return;
  const [left, right] = node.args;
  const literal = isEventType(left) ? right : isEventType(right) ? left : undefined;
  if (literal?.op !== 'value' || typeof literal.args !== 'string') return;
  const named = literal.args;
  if (EVENT_TYPES.some((type) => type === named)) return;
  const near = closestName(named, EVENT_TYPES);
  site.warn(literal, {
    code: 'expression/unknown-event',
    message: `no event has the type "${named}"`,
    suggestion: near ? `did you mean "${near}"?` : 'see docs/journal.md for the types',
  });
}

const isEventType = (node: SyntaxNode): boolean => node.op === 'id' && node.args === 'type';

const areKnownAndDiffer = (left: Part, right: Part): boolean =>
  left.type !== right.type && ![left.type, right.type].some((type) => type === 'dyn' || type === 'optional');

const integerDivision = divided('divide', (left, right) => Math.trunc(left / right));

/** Only two integer literals divide as integers, as CEL has it; whatever comes from JSON is a double. */
function isIntegerDivision(node: SyntaxOf<BinaryOperator>, site: Site): boolean {
  if (node.op !== '/' || !node.args.every(isIntegerLiteral)) return false;
  site.warn(node, {
    code: 'expression/integer-division',
    message: `${site.text(node)} divides two integers and drops the remainder`,
    suggestion: 'write one of them with a decimal point to keep the fraction, as in 1.0 / 2',
  });
  return true;
}

function isIntegerLiteral(node: SyntaxNode): boolean {
  return node.op === '-_'
    ? isIntegerLiteral(node.args)
    : node.op === 'value' && typeof node.args === 'bigint';
}
