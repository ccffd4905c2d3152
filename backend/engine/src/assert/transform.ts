import type { AssertionSpec, Json } from '@rehearse/contracts';
import { checkExpression } from './cel.js';
import { askOf, programOf } from './javascript.js';
import { outputText } from './output-text.js';
import { BadAssertion, type CompiledRule, type RuleContext } from './rule.js';
import type { AssertionSubject } from './subject.js';
import { isNeeds, variablesOf } from './value-template.js';

interface Written {
  spec: AssertionSpec;
  context: RuleContext;
  /** The rule looks at the output; of another there is nothing to transform. */
  seesOutput: boolean;
}

/** The rule, on what the `transform` of its assertion makes of the output. */
export function withTransform(rule: CompiledRule, { spec, context, seesOutput }: Written): CompiledRule {
  const { transform } = spec;
  if (transform === undefined) return rule;
  if (!seesOutput) {
    const message = `\`${context.type}\` does not look at the output, so there is nothing to transform`;
    const issue = { code: 'assertion/bad-value', severity: 'error' as const, message, path: ['transform'] };
    throw new BadAssertion([issue]);
  }
  return typeof transform === 'string'
    ? withExpression(rule, { transform, context })
    : withProgram(rule, transform.javascript);
}

function withExpression(
  rule: CompiledRule,
  { transform, context }: { transform: string; context: RuleContext },
): CompiledRule {
  const path = ['transform'];
  const expression = checkExpression(context.scope, transform, path);
  const warnings = expression.warnings.map((issue) => ({ ...issue, path }));
  return {
    ...rule,
    nodeReferences: [...new Set([...(rule.nodeReferences ?? []), ...expression.nodeReferences])],
    warnings: [...(rule.warnings ?? []), ...warnings],
    evaluate: (subject, answers) => {
      if (subject.output === null) return NO_OUTPUT;
      const evaluation = expression.evaluate(variablesOf(subject));
      if (!evaluation.ok) return failed(evaluation.error.message);
      return rule.evaluate(withOutput(subject, evaluation.value), answers);
    },
  };
}

/** The program is asked first; what the rule asks comes behind it. */
function withProgram(rule: CompiledRule, source: string): CompiledRule {
  const program = programOf(source, ['transform', 'javascript']);
  return {
    ...rule,
    mayAsk: true,
    evaluate: (subject, [answer, ...others]) => {
      if (subject.output === null) return NO_OUTPUT;
      const ask = askOf(program, subject);
      if (!answer) return { asks: [ask] };
      if (!answer.ok) return failed(answer.error.message);
      // As in promptfoo: nothing is no output that could be looked at.
      if (answer.value === null) return failed('the program gave null');
      const found = rule.evaluate(withOutput(subject, answer.value), others);
      return isNeeds(found) ? { asks: [ask, ...found.asks] } : found;
    },
  };
}

const NO_OUTPUT = { unknown: 'the run has no output' };
const failed = (message: string) => ({ unknown: `the transform failed: ${message}` });

function withOutput(subject: AssertionSubject, output: Json): AssertionSubject {
  const text = outputText({ output }) ?? null;
  return { ...subject, output, text, bindings: { ...subject.bindings, output, text } };
}
