import { CONTRACT_PATTERNS, type ContractPattern, type ContractSpec } from '@rehearse/contracts';
import { isBuiltIn } from '../../contract/built-in.js';
import type { CompiledExpression } from '../../expression/index.js';
import type { CompiledContract } from '../model.js';
import type { Compilation } from './compilation.js';
import { conditionAt } from './text.js';

/** The contracts of a document, with their predicates compiled. */
export function compileContracts(c: Compilation): CompiledContract[] {
  const specs = c.document.contracts ?? [];
  const seen = new Set<string>();
  return specs.map((spec, index) => {
    if (seen.has(spec.id)) {
      const message = `the contract \`${spec.id}\` stands twice`;
      c.report(spec, 'id', { code: 'graph/duplicate-id', message, suggestion: 'rename one of the two' });
    }
    seen.add(spec.id);
    if (isBuiltIn(spec.id)) {
      const message = `\`${spec.id}\` is the name of a contract that every graph has`;
      c.report(spec, 'id', { code: 'graph/reserved-name', message, suggestion: 'rename the contract' });
    }
    const { start, end } = c.located.place(specs, index);
    const range = c.findings.lines.range(start, end);
    const severity = spec.severity ?? 'major';
    return { id: spec.id, spec, severity, predicates: predicatesOf(c, spec), range };
  });
}

function predicatesOf(c: Compilation, spec: ContractSpec): Record<string, CompiledExpression> {
  const pattern = CONTRACT_PATTERNS.find((name) => spec[name] !== undefined);
  if (pattern === undefined) return {};
  const predicates: Record<string, CompiledExpression> = {};
  for (const [container, member] of expressionsOf(spec, pattern)) {
    const scope = member === 'invariant' ? 'state' : 'contract';
    const compiled = conditionAt(c, [container, member], { scope });
    if (compiled) predicates[member] = compiled;
  }
  return predicates;
}

/** Each under a name of its own: `of`, `first` and `then`, `to` and `with`, `from` and `until`, else the pattern's. */
function expressionsOf(spec: ContractSpec, pattern: ContractPattern): [object, string][] {
  const body = spec[pattern];
  const within = (container: object, members: readonly string[]) =>
    members.filter((member) => member in container).map((member): [object, string] => [container, member]);
  return [
    ...(typeof body === 'object'
      ? within(body, ['of', 'first', 'then', 'to', 'with'])
      : within(spec, [pattern])),
    ...within(spec.between ?? {}, ['from', 'until']),
  ];
}
