import { closestName } from './closest-name.js';
import type { FunctionRule } from './functions.js';
import { FUNCTIONS, METHODS } from './functions.js';
import { compileHas, compileMacro, isMacro, MACRO_NAMES } from './macros.js';
import { compileMatches } from './matches.js';
import type { Part, Site, Step, SyntaxNode, SyntaxOf } from './site.js';
import { fail, sizeOf } from './site.js';
import type { Value } from './value.js';
import { describe, typeOf } from './value.js';

const NOTHING: Part = { run: () => null, type: 'dyn', size: 1 };

/** `f(x)`. */
export function compileCall(node: SyntaxOf<'call'>, site: Site): Part {
  const [name, args] = node.args;
  if (name === 'has') return compileHas(node, site);
  if (name === 'matches' && args.length === 2) return compileMatches(node, args, site);
  const rule = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  return rule ? compileRule({ node, name, args, rule }, site) : unknown(node, name, site);
}

/** `x.f(y)`. */
export function compileMethod(node: SyntaxOf<'rcall'>, site: Site): Part {
  const [name, receiver, args] = node.args;
  if (isMacro(name, args.length)) return compileMacro(node, site);
  if (name === 'matches' && args.length === 1) return compileMatches(node, [receiver, ...args], site);
  const rule = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  return rule
    ? compileRule({ node, name, args: [receiver, ...args], rule }, site)
    : unknown(node, name, site);
}

function unknown(node: SyntaxOf<'call' | 'rcall'>, name: string, site: Site): Part {
  const isMethod = node.op === 'rcall';
  const known = isMethod
    ? [...Object.keys(METHODS), 'matches', ...MACRO_NAMES]
    : [...Object.keys(FUNCTIONS), 'has'];
  const near = known.includes(name) ? undefined : closestName(name, known);
  const message = known.includes(name)
    ? `\`${name}\` does not take so many arguments`
    : `there is no ${isMethod ? 'method' : 'function'} \`${name}\`; there are ${known.join(', ')}`;
  site.report(node, {
    code: known.includes(name) ? 'expression/type' : 'expression/unknown-name',
    message,
    ...(near && { suggestion: `did you mean \`${near}\`?` }),
  });
  const parts = isMethod ? [node.args[1], ...node.args[2]] : node.args[1];
  for (const part of parts) site.compile(part);
  return NOTHING;
}

interface Call {
  node: SyntaxNode;
  name: string;
  args: readonly SyntaxNode[];
  rule: FunctionRule;
}

function compileRule({ node, name, args, rule }: Call, site: Site): Part {
  const most = rule.parameters.length;
  const least = most - (rule.optional ?? 0);
  if (args.length > most || args.length < least) {
    const receiver = node.op === 'rcall' ? 1 : 0;
    const wanted = least === most ? `${most - receiver}` : `${least - receiver} to ${most - receiver}`;
    const message = `\`${name}\` takes ${wanted} arguments, not ${args.length - receiver}`;
    site.report(node, { code: 'expression/type', message });
    return NOTHING;
  }
  const parts = args.map((arg, index) =>
    compileArgument(arg, { types: rule.parameters[index]!, name, site }),
  );
  const call = checkedCall(name, rule, site.isNullTolerant);
  const steps = parts.map((part) => part.run);
  return { run: callOf(steps, call), type: rule.result, size: sizeOf(...parts) };
}

function compileArgument(
  node: SyntaxNode,
  { types, name, site }: { types: FunctionRule['parameters'][number]; name: string; site: Site },
): Part {
  if (!types.includes('optional')) {
    const part = site.operand(node);
    site.expect(part, node, types);
    return part;
  }
  const part = site.compile(node);
  if (part.type !== 'optional') {
    site.report(node, {
      code: 'expression/type',
      message: `\`${name}\` belongs to an optional, and ${site.text(node)} is none`,
      suggestion: 'reach the field with .?field',
    });
  }
  return part;
}

type Call1 = (args: readonly Value[], frame: Parameters<Step>[0]) => Value;

const callOf = (steps: readonly Step[], call: Call1): Step => {
  const [first, second] = steps;
  if (steps.length === 1) return (frame) => call([first!(frame)], frame);
  if (steps.length === 2) return (frame) => call([first!(frame), second!(frame)], frame);
  return (frame) =>
    call(
      steps.map((step) => step(frame)),
      frame,
    );
};

/** What static types could not tell is checked when it runs. */
function checkedCall(name: string, rule: FunctionRule, isNullTolerant: boolean): Call1 {
  const otherwise = rule.result === 'bool' ? false : null;
  return (args, frame) => {
    if (isNullTolerant && args.includes(null)) return otherwise;
    for (let index = 0; index < args.length; index++) {
      const type = typeOf(args[index]!);
      if (!rule.parameters[index]!.includes(type)) wrongArgument(name, rule.parameters[index]!, args[index]!);
    }
    return rule.call(args, frame);
  };
}

function wrongArgument(name: string, types: FunctionRule['parameters'][number], value: Value): never {
  const wanted = types.map(describe).join(' or ');
  return fail('expression/type', `${name}: needs ${wanted}, got ${describe(typeOf(value))}`);
}
