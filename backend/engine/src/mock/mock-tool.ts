import type { JsonObject, StepError } from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';
import type { Clock, MockBindings, ToolOutcome, ToolPlace, ToolRequest } from '../ports.js';
import { graphAt } from '../execute/plan.js';
import { draw, drawLatencyMs } from './random.js';

/** What the rules of a tool see. */
export const toolVariables = ({ args }: ToolRequest, { vars, run }: MockBindings): JsonObject => ({
  ...{ args, inputs: vars, vars, run },
});

/** Answers from the `mock` of the tool: the first rule that holds. */
export function mockTool({ graph, seed, clock }: { graph: CompiledGraph; seed: number; clock: Clock }) {
  return async ({ tool, args }: ToolRequest, place: ToolPlace): Promise<ToolOutcome> => {
    const bindings = toolVariables({ tool, args }, place);
    for (const [index, rule] of (graphAt(graph, place.key).tools.get(tool)?.mock ?? []).entries()) {
      const holds = rule.when?.evaluate(bindings) ?? { ok: true, value: true };
      if (!holds.ok)
        return failed(
          'mock/bad-rule',
          `tools.${tool}.mock[${index}].when: ${holds.error.message}`,
          'validation',
        );
      if (holds.value !== true) continue;
      const uniform = (n: number) => draw(seed, 'latency', place.key, place.attempt, n);
      const { latency, error } = rule.spec;
      if (latency !== undefined && !graph.virtualTime)
        await clock.sleep(drawLatencyMs(latency, { u1: uniform(1), u2: uniform(2) }), place.signal);
      if (error !== undefined) return failed('tool/error', error, 'tool');
      const value = rule.value!.render(bindings);
      if (!value.ok)
        return failed('mock/bad-reply', `tools.${tool}.mock[${index}]: ${value.error.message}`, 'validation');
      return { ok: true, result: value.value };
    }
    return failed(
      'mock/no-rule',
      `no rule of tools.${tool}.mock holds; a last rule without \`when\` would`,
      'validation',
    );
  };
}

const failed = (code: string, message: string, category: StepError['category']): ToolOutcome => ({
  ok: false,
  error: { code, message, category },
});
