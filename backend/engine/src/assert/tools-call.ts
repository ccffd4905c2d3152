import type { AssertionSpec, Json } from '@rehearse/contracts';
import { compileSchema, type CompiledSchema } from '../schema-check/index.js';
import type { CompileRule } from './rule.js';
import { badValue, clip, isMap } from './rule.js';
import type { AssertionSubject } from './subject.js';

interface Call {
  name: string;
  arguments: Json;
}

/** What stands among calls and is none. */
interface Broken {
  broken: Json;
}

/** Tools as OpenAI's API is told of them: `{type: function, function: {name, parameters}}`. */
function toolsOf({ value }: AssertionSpec): ReadonlyMap<string, Json> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length === 0) return badValue('the value must be a list of tools');
  return new Map(
    value.map((tool, index) => {
      const told = isMap(tool) && isMap(tool['function']) ? tool['function'] : tool;
      if (!isMap(told) || typeof told['name'] !== 'string')
        return badValue('must be a tool, as in {name, parameters}', ['value', index]);
      const parameters = told['parameters'] ?? true;
      if (Array.isArray(compileSchema(parameters)))
        return badValue('the parameters must be a JSON Schema', ['value', index]);
      return [told['name'], parameters];
    }),
  );
}

/** The calls in the output, where it is a list of them as OpenAI's API gives, whole or broken; else those that were made. */
function callsOf({ output, toolCalls }: AssertionSubject): readonly (Call | Broken)[] {
  const json = typeof output === 'string' ? parsed(output) : output;
  const told = isMap(json) ? json['tool_calls'] : undefined;
  const list = told ?? json;
  if (!Array.isArray(list) || list.length === 0) return toolCalls;
  return told !== undefined || list.some(isMeantAsCall) ? list.map(readCall) : toolCalls;
}

const isMeantAsCall = (item: Json): boolean => isMap(item) && isMap(item['function']);

function readCall(item: Json): Call | Broken {
  const told = isMap(item) ? item['function'] : undefined;
  if (!isMap(told) || typeof told['name'] !== 'string') return { broken: item };
  const { name, arguments: args = null } = told;
  return { name, arguments: typeof args === 'string' ? (parsed(args) ?? args) : args };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const schemas = new WeakMap<ReadonlyMap<string, Json>, Map<string, CompiledSchema | null>>();

function schemaOf(tools: ReadonlyMap<string, Json>, name: string): CompiledSchema | null {
  const known = schemas.get(tools) ?? new Map<string, CompiledSchema | null>();
  schemas.set(tools, known);
  if (!known.has(name)) {
    const compiled = compileSchema(tools.get(name) ?? true);
    known.set(name, Array.isArray(compiled) ? null : compiled);
  }
  return known.get(name)!;
}

function problemsOf(tools: ReadonlyMap<string, Json>, call: Call | Broken): string[] {
  if ('broken' in call) return [`no tool call: ${clip(JSON.stringify(call.broken))}`];
  const { name, arguments: args } = call;
  if (!tools.has(name)) return [`there is no tool ${name}`];
  if (!isMap(args)) return [`the arguments of ${name} are no object: ${clip(JSON.stringify(args))}`];
  const problems = schemaOf(tools, name)?.check(args) ?? [];
  return problems.map(({ path, message }) => `${name}${path}: ${message}`);
}

/** There are tool calls, each of a tool that exists and with arguments that fit its schema. */
const validToolsCall: CompileRule = (spec) => {
  const given = toolsOf(spec);
  return {
    evaluate: (subject) => {
      const tools = given ?? subject.tools;
      if (!tools) return { unknown: 'no tools are known: give them as `value`' };
      const calls = callsOf(subject);
      const problems = calls.flatMap((call) => problemsOf(tools, call));
      return {
        holds: calls.length > 0 && problems.length === 0,
        claim: ['the output', 'be valid tool calls'],
        got:
          calls.length === 0 ? 'no tool call' : problems.slice(0, 5).join('; ') || `${calls.length} that fit`,
        evidence: {
          expected: [...tools.keys()],
          actual: calls
            .slice(0, 20)
            .map((call) => ('broken' in call ? call.broken : { name: call.name, arguments: call.arguments })),
        },
      };
    },
  };
};

export const TOOLS_CALL_RULES: Readonly<Record<string, CompileRule>> = {
  'is-valid-openai-tools-call': validToolsCall,
};
