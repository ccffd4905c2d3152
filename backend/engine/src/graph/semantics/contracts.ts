import { CONTRACT_PATTERNS, type ContractPattern, type ContractSpec } from '@rehearse/contracts';
import type { CompiledExpression } from '../../expression/index.js';
import type { CompiledContract } from '../model.js';
import type { Compilation } from './compilation.js';
import { conditionAt } from './text.js';

const RUNNING: ReadonlySet<ContractPattern> = new Set([
  'never',
  'always',
  'eventually',
  'atMost',
  'precedes',
]);

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
    refuseOptions(c, spec);
    const { start, end } = c.located.place(specs, index);
    const range = c.findings.lines.range(start, end);
    return {
      id: spec.id,
      spec,
      severity: spec.severity ?? 'major',
      predicates: predicatesOf(c, spec),
      range,
    };
  });
}

function refuseOptions(c: Compilation, spec: ContractSpec): void {
  if (spec.between) c.refuse(spec, 'between', 'the scope `between` does not run yet', 'remove `between`');
  if (spec.stopOnViolation)
    c.refuse(spec, 'stopOnViolation', 'stopping at a violation does not run yet', 'remove `stopOnViolation`');
}

function predicatesOf(c: Compilation, spec: ContractSpec): Record<string, CompiledExpression> {
  const pattern = CONTRACT_PATTERNS.find((name) => spec[name] !== undefined);
  if (pattern === undefined) return {};
  if (!RUNNING.has(pattern))
    c.refuse(spec, pattern, `the pattern ${pattern} does not run yet`, `use ${[...RUNNING].join(', ')}`);
  const predicates: Record<string, CompiledExpression> = {};
  for (const [container, member] of expressionsOf(spec, pattern)) {
    const compiled = conditionAt(c, [container, member], { scope: 'contract' });
    if (compiled) predicates[member] = compiled;
  }
  return predicates;
}

function expressionsOf(spec: ContractSpec, pattern: ContractPattern): [object, string][] {
  const body = spec[pattern];
  if (typeof body !== 'object') return [[spec, pattern]];
  return ['of', 'first', 'then', 'to', 'with']
    .filter((member) => member in body)
    .map((member) => [body, member]);
}
