import type { AssertionSpec, Json } from '@rehearse/contracts';
import { canonicalJson } from '../journal/canonical.js';
import type { Scope } from '../expression/index.js';
import type { CompileRule } from './rule.js';
import { badValue, clip, excerpt, isMap, onlyKeys } from './rule.js';
import type { ToolMatcher } from './tool-matcher.js';
import { callNames, globTest, toolMatcher } from './tool-matcher.js';
import type { ValueTemplate } from './value-template.js';
import { isUnknown, valueTemplate } from './value-template.js';

interface ArgsMatch {
  matcher: ToolMatcher;
  args: ValueTemplate;
  mode: 'partial' | 'exact';
  isIgnored: (key: string) => boolean;
}

/**
 * `{name, args, mode, ignore}`: whether any call of the tool has these arguments. `partial` (the default) lets the call have
 * more fields, at any depth; lists are compared whole. `ignore` names top-level arguments to leave out, `*` allowed.
 */
export const toolArgsMatch: CompileRule = (spec, { scope }) => {
  const { matcher, args, mode, isIgnored } = argsMatchOf(spec, scope);
  return {
    ...args,
    evaluate: (subject) => {
      const rendered = args.render(subject);
      if (isUnknown(rendered)) return rendered;
      const expected = without(rendered.value, isIgnored);
      const calls = subject.toolCalls.filter(matcher.matches);
      const seen = calls.map((call) => without(call.arguments, isIgnored));
      const holds = seen.some((actual) =>
        mode === 'exact' ? isSame(actual, expected) : includes(actual, expected),
      );
      const shown = seen.slice(0, 5).map((actual) => clip(canonicalJson(actual)));
      const verb = `call ${matcher.label} with ${mode === 'exact' ? 'exactly ' : ''}${canonicalJson(expected)}`;
      return {
        holds,
        claim: ['the run', excerpt(verb)],
        got: calls.length > 0 ? shown.join(', ') : callNames(subject.toolCalls),
        evidence: { expected, actual: seen.slice(0, 20) },
        isFinal: holds,
      };
    },
  };
};

function argsMatchOf({ value }: AssertionSpec, scope: Scope): ArgsMatch {
  if (!isMap(value)) return badValue('the value must be {name, args, mode, ignore}');
  onlyKeys(value, ['name', 'pattern', 'args', 'arguments', 'mode', 'ignore']);
  if (value['args'] !== undefined && value['arguments'] !== undefined)
    badValue('`arguments` is another name of `args`', ['value', 'arguments'], 'remove one of the two');
  const key = value['args'] === undefined ? 'arguments' : 'args';
  const args = value[key];
  if (!isMap(args)) return badValue('args must say which arguments are expected', ['value', 'args']);
  const mode = value['mode'] ?? 'partial';
  if (mode !== 'partial' && mode !== 'exact')
    badValue('the mode must be partial or exact', ['value', 'mode']);
  return {
    matcher: toolMatcher(value, ['value']),
    args: valueTemplate(scope, args, ['value', key]),
    mode,
    isIgnored: ignoreTest(value['ignore'] ?? []),
  };
}

function ignoreTest(ignore: Json): (key: string) => boolean {
  const list = Array.isArray(ignore) ? ignore : [ignore];
  const tests = list.map((item, index) =>
    typeof item === 'string' && item !== ''
      ? globTest(item)
      : badValue('must be the name of an argument', ['value', 'ignore', index]),
  );
  return (key) => tests.some((test) => test(key));
}

function without(value: Json, isIgnored: (key: string) => boolean): Json {
  return isMap(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !isIgnored(key))) : value;
}

const isSame = (left: Json, right: Json): boolean => canonicalJson(left) === canonicalJson(right);

function includes(actual: Json | undefined, expected: Json): boolean {
  if (actual === undefined) return false;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return false;
    return expected.every((item, index) => includes(actual[index], item));
  }
  if (!isMap(expected)) return actual === expected;
  if (!isMap(actual)) return false;
  return Object.keys(expected).every(
    (key) => Object.hasOwn(actual, key) && includes(actual[key], expected[key]!),
  );
}
