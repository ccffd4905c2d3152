import { describe, expect, it } from '@jest/globals';
import { compileCondition, compileExpression, type ExpressionScope } from './index.js';
import { BINDINGS } from './testing/outcome.js';

describe('a condition', () => {
  const outcomeOf = (source: string, scope: ExpressionScope = 'node') => {
    const compiled = compileCondition(source, scope);
    if (Array.isArray(compiled))
      return compiled.map(({ message, suggestion }) => `${message} -> ${suggestion}`);
    const evaluation = compiled.evaluate(scope === 'contract' ? { tool: 'pay', args: null } : BINDINGS);
    return evaluation.ok ? evaluation.value : evaluation.error.message;
  };

  it('gives a bool or is an error: nothing else is taken for true or false', () => {
    expect(outcomeOf('inputs.n > 1')).toBe(true);
    expect(outcomeOf('inputs.n')).toBe('inputs.n must be a bool, not a number');
    expect(outcomeOf('nodes.other')).toBe('nodes.other must be a bool, not null');
    expect(outcomeOf('"yes"')).toEqual([
      '"yes" must be a bool, not a string -> compare it with something, as in inputs.n > 0',
    ]);
    expect(outcomeOf('inputs.?gone')).toEqual([
      'inputs.?gone may be absent -> say what it is then: .orValue(…)',
    ]);
  });

  it('of a contract is warned of a type that no event has', () => {
    const warningsOf = (source: string, scope: ExpressionScope = 'contract') => {
      const compiled = compileExpression(source, scope);
      return (Array.isArray(compiled) ? compiled : compiled.warnings).map(
        ({ code, message, suggestion, offset, length }) =>
          `${source.slice(offset, offset + length)} ${code} ${message} (${suggestion})`,
      );
    };
    expect(warningsOf('type == "tool.caled" || "x" != type')).toEqual([
      '"tool.caled" expression/unknown-event no event has the type "tool.caled" (did you mean "tool.called"?)',
      '"x" expression/unknown-event no event has the type "x" (see docs/journal.md for the types)',
    ]);
    expect(warningsOf('type == "tool.called" && tool == "tool.caled" && args.type == "x"')).toEqual([]);
    expect(warningsOf('type == "tool.failed" || type == null')).toEqual([]);
  });

  it('of a contract takes null for false, and nothing else', () => {
    expect(outcomeOf('args.ok', 'contract')).toBe(false);
    expect(outcomeOf('tool', 'contract')).toBe('tool must be a bool, not a string');
  });
});
