import type { Json, JsonObject, RunVerdict } from '@rehearse/contracts';
import type { Finding, Unknown } from '../assert/rule.js';
import type { CompiledExpression, CompiledTemplateValue } from '../expression/index.js';
import { canonicalJson } from '../journal/canonical.js';

/** A relation between a run and a follow-up of it with other vars. */
export interface CompiledRelation {
  id: string;
  /** The vars that it changes, over `vars`. */
  transform: CompiledTemplateValue;
  relation: 'equal' | 'same-tools' | 'same-verdict' | CompiledExpression;
}

/** What of a run a relation compares; `a` is the run, `b` its follow-up. */
export interface RunSketch {
  output: Json;
  text: string | null;
  /** The names of the tools that were called, in the order of the graph. */
  tools: string[];
  /** Without what the relation itself says. */
  verdict: RunVerdict;
}

/** The vars of the follow-up: those of the run, with what the relation changes. */
export function followUpVars(
  { transform }: CompiledRelation,
  vars: JsonObject,
): { ok: true; vars: JsonObject } | { ok: false; message: string } {
  const rendered = transform.render({ vars, inputs: vars });
  if (rendered.ok) return { ok: true, vars: { ...vars, ...(rendered.value as JsonObject) } };
  return { ok: false, message: rendered.error.message };
}

/** Whether the relation holds between a run and its follow-up. */
export function judgeRelation({ relation }: CompiledRelation, a: RunSketch, b: RunSketch): Finding | Unknown {
  switch (relation) {
    case 'equal':
      return same('give the same output', a.output, b.output);
    case 'same-tools':
      return same('call the same tools', [...a.tools], [...b.tools]);
    case 'same-verdict':
      return same('come to the same verdict', a.verdict, b.verdict);
    default:
      return holds(relation, a, b);
  }
}

const shown = (value: Json): string => {
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
};

const same = (verb: string, expected: Json, actual: Json): Finding => ({
  holds: canonicalJson(expected) === canonicalJson(actual),
  claim: ['the follow-up', verb],
  got: `${shown(actual)} where the run has ${shown(expected)}`,
  evidence: { expected, actual },
});

function holds(relation: CompiledExpression, a: RunSketch, b: RunSketch): Finding | Unknown {
  const [before, after] = [viewOf(a), viewOf(b)];
  const value = relation.evaluate({ a: before, b: after });
  if (!value.ok) return { unknown: `${relation.source}: ${value.error.message}` };
  return {
    holds: value.value === true,
    claim: ['the run and its follow-up', `fulfil ${relation.source}`],
    got: `${shown(after['output']!)} where the run has ${shown(before['output']!)}`,
    evidence: { expected: before, actual: after },
  };
}

const viewOf = ({ output, text, tools, verdict }: RunSketch): JsonObject => ({
  ...{ output, text, tools: [...tools], verdict },
});
