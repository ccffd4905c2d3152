import type { Json } from '@rehearse/contracts';
import { compileRegex } from '../expression/index.js';
import { badValue, isMap } from './rule.js';
import type { SubjectToolCall } from './subject.js';

/** Says whether a call is of the tool that is meant. */
export interface ToolMatcher {
  label: string;
  matches(call: SubjectToolCall): boolean;
}

/** Reads a name, `{name}` or `{pattern}`; in a pattern `*` stands for any letters and `?` for one. */
export function toolMatcher(value: Json | undefined, path: (string | number)[]): ToolMatcher {
  if (isMap(value) && value['name'] !== undefined && value['pattern'] !== undefined)
    badValue(
      '`name` and `pattern` both say which tool is meant',
      [...path, 'pattern'],
      'remove one of the two',
    );
  const name = isMap(value) ? value['name'] : value;
  if (typeof name === 'string' && name !== '') {
    return { label: name, matches: (call) => call.name === name };
  }
  const pattern = isMap(value) ? value['pattern'] : undefined;
  if (typeof pattern !== 'string' || pattern === '') {
    return badValue('must be the name of a tool, {name} or {pattern}', path);
  }
  const matches = globTest(pattern);
  return { label: pattern, matches: (call) => matches(call.name) };
}

/** A test for a pattern with `*` and `?`. */
export function globTest(pattern: string): (text: string) => boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const regex = compileRegex(`^${source}$`);
  if (!('test' in regex)) return badValue(`${pattern}: ${regex.reason}`);
  return (text) => regex.test(text);
}

/** The names of the calls, for a sentence. */
export function callNames(calls: readonly SubjectToolCall[]): string {
  if (calls.length === 0) return 'no tool call';
  const names = calls.slice(0, 20).map(({ name }) => name);
  return names.join(', ') + (calls.length > 20 ? `, … (${calls.length} calls)` : '');
}
