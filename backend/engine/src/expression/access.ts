import type { JsonObject } from '@rehearse/contracts';
import { closestName } from './closest-name.js';
import { FIXED_FIELDS, NODE_FIELDS } from './scope.js';
import type { Part, Site, Step, SyntaxNode, SyntaxOf } from './site.js';
import { fail, sizeOf } from './site.js';
import type { Value } from './value.js';
import { describe, fieldOf, isForbiddenKey, isMap, Optional, typeOf } from './value.js';

export type AccessNode = SyntaxOf<'.' | '.?' | '[]' | '[?]'>;

export const isAccess = (node: SyntaxNode): node is AccessNode =>
  node.op === '.' || node.op === '.?' || node.op === '[]' || node.op === '[?]';

/** The key that is accessed, when the source itself says it. */
export function literalKey(node: AccessNode): string | undefined {
  if (node.op === '.' || node.op === '.?') return node.args[1];
  const index = node.args[1];
  return index.op === 'value' && typeof index.args === 'string' ? index.args : undefined;
}

/** `a.b`, `a.?b`, `a[i]` and `a[?i]`. */
export function compileAccess(node: AccessNode, site: Site): Part {
  checkKnownFields(node, site);
  const receiver = compileReceiver(node, site);
  const key = compileKey(node, site);
  site.expect(receiver, node.args[0], typeof node.args[1] === 'string' ? ['map'] : ['map', 'list']);
  const isOptional = node.op === '.?' || node.op === '[?]' || receiver.type === 'optional';
  const select = isOptional
    ? optionalSelect
    : site.isNullTolerant
      ? tolerantSelect
      : strictSelect(node, site);
  const [runReceiver, runKey] = [receiver.run, key.run];
  return {
    run: (frame) => select(runReceiver(frame), runKey(frame), frame),
    type: isOptional ? 'optional' : 'dyn',
    size: sizeOf(receiver, key),
  };
}

export function compileReceiver(node: AccessNode, site: Site): Part {
  noteNodeReference(node, site);
  const target = node.args[0];
  // The one place where `nodes` may stand alone; elsewhere the compiler refuses it.
  if (isNodes(target, site)) {
    site.names.add('nodes');
    return { run: (frame) => frame.bindings['nodes'] ?? {}, type: 'map', size: 1 };
  }
  return site.compile(target);
}

export function compileKey(node: AccessNode, site: Site): Part {
  const constant = literalKey(node);
  if (constant === undefined) {
    const index = node.args[1] as SyntaxNode;
    const part = site.operand(index);
    site.expect(part, index, ['string', 'number']);
    return part;
  }
  if (isForbiddenKey(constant)) {
    site.report(node, { code: 'expression/unknown-name', message: `\`${constant}\` cannot be accessed` });
  }
  return { run: () => constant, type: 'string', size: 0 };
}

const isNodes = (node: SyntaxNode, site: Site): boolean =>
  node.op === 'id' &&
  node.args === 'nodes' &&
  !site.locals.includes('nodes') &&
  (site.scope === 'node' || site.scope === 'check' || site.scope === 'state');

function noteNodeReference(node: AccessNode, site: Site): void {
  if (!isNodes(node.args[0], site)) return;
  const name = literalKey(node);
  if (name !== undefined) {
    site.references.push({ node: name, offset: node.start, length: node.end - node.start });
  } else if (site.scope === 'node') {
    site.report(node, {
      code: 'expression/unknown-name',
      message: `${site.text(node)}: which node is meant must stand in the expression, as the order follows from it`,
      suggestion: 'name the node: nodes.<id>',
    });
  }
}

function checkKnownFields(node: AccessNode, site: Site): void {
  const field = literalKey(node);
  const known = fieldsOf(node.args[0], site);
  if (field === undefined || !known || known.includes(field)) return;
  const near = closestName(field, known);
  site.report(node, {
    code: 'expression/unknown-name',
    message: `${site.text(node)}: there is no field \`${field}\` here; there are ${known.join(', ')}`,
    ...(near && { suggestion: `did you mean \`${near}\`?` }),
  });
}

function fieldsOf(receiver: SyntaxNode, site: Site): readonly string[] | undefined {
  if (isAccess(receiver)) return isNodes(receiver.args[0], site) ? NODE_FIELDS : undefined;
  if (receiver.op !== 'id' || site.locals.includes(receiver.args) || site.isNullTolerant) return undefined;
  // Only where the name is that of the variable: elsewhere it is unknown, or stands for the item of a `forEach`.
  return site.variables[receiver.args] === 'map' ? FIXED_FIELDS[receiver.args] : undefined;
}

/** The value at a key, or undefined where there is none; never throws. */
export function select(receiver: Value, key: Value): Value | undefined {
  if (typeof key === 'string') return isMap(receiver) ? fieldOf(receiver, key) : undefined;
  return typeof key === 'number' && Array.isArray(receiver) ? receiver[key] : undefined;
}

const optionalSelect = (receiver: Value, key: Value): Value => {
  const target = receiver instanceof Optional ? receiver.value : receiver;
  const value = target === undefined ? undefined : select(target, key);
  return value === undefined ? Optional.none : new Optional(value as Exclude<Value, Optional>);
};

const tolerantSelect = (receiver: Value, key: Value): Value => select(receiver, key) ?? null;

/** Fails with the path of what is missing; a skipped node is null and so is all that is below it. */
function strictSelect(
  node: AccessNode,
  site: Site,
): (receiver: Value, key: Value, frame: Parameters<Step>[0]) => Value {
  const path = pathOf(node, site);
  const receiverPath = pathOf(node.args[0], site);
  const skipped = referencedNode(node.args[0], site);
  return (receiver, key, frame) => {
    const value = select(receiver, key);
    if (value !== undefined) return value;
    if (receiver === null && skipped !== undefined && nodeIsSkipped(frame.bindings['nodes'], skipped))
      return null;
    return fail('expression/missing-field', `${path}: ${whyMissing(receiver, key, receiverPath)}`, path);
  };
}

const nodeIsSkipped = (nodes: Value | undefined, name: string): boolean =>
  isMap(nodes) && fieldOf(nodes, name) === null;

/** The node that a chain of accesses begins at. */
function referencedNode(node: SyntaxNode, site: Site): string | undefined {
  if (!isAccess(node)) return undefined;
  return isNodes(node.args[0], site) ? literalKey(node) : referencedNode(node.args[0], site);
}

function whyMissing(receiver: Value, key: Value, receiverPath: string): string {
  if (Array.isArray(receiver)) {
    if (typeof key !== 'number') return `a list is indexed by a number, not by ${describe(typeOf(key))}`;
    const size = receiver.length === 1 ? '1 element' : `${receiver.length} elements`;
    return `no element ${key}, the list has ${size}`;
  }
  if (!isMap(receiver)) return `${receiverPath} is ${describe(typeOf(receiver))} and has no fields`;
  if (typeof key !== 'string') return `a map is indexed by a string, not by ${describe(typeOf(key))}`;
  return isForbiddenKey(key)
    ? `'${key}' cannot be accessed`
    : `no such field '${key}'${didYouMean(receiver, key)}`;
}

/** A map may have a million keys; a failure has to stay cheap. */
const MOST_SUGGESTED = 50;

function didYouMean(receiver: JsonObject, key: string): string {
  const near = closestName(key, Object.keys(receiver).slice(0, MOST_SUGGESTED));
  return near === undefined ? '' : `, did you mean '${near}'?`;
}

/** How a value is reached, for messages: `inputs.order["first name"][0]`. */
function pathOf(node: SyntaxNode, site: Site): string {
  if (node.op === 'id') return node.args;
  if (!isAccess(node)) return `(${site.text(node)})`;
  const receiver = pathOf(node.args[0], site);
  if (typeof node.args[1] === 'string') return `${receiver}.${node.args[1]}`;
  return `${receiver}[${site.text(node.args[1])}]`;
}
