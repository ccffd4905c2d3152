import type { MetamorphicRelation } from '@rehearse/contracts';
import { closestName } from '../../expression/index.js';
import type { CompiledRelation } from '../../metamorphic/relation.js';
import type { Compilation } from './compilation.js';
import { conditionAt, templateValueAt } from './text.js';

/** The metamorphic relations of a document. */
export function compileRelations(c: Compilation): CompiledRelation[] {
  const seen = new Set<string>();
  const relations = (c.document.metamorphic ?? []).flatMap((spec) => {
    if (seen.has(spec.id)) {
      const message = `the relation \`${spec.id}\` stands twice`;
      c.report(spec, 'id', { code: 'graph/duplicate-id', message, suggestion: 'rename one of the two' });
    }
    seen.add(spec.id);
    const transform = templateValueAt(c, [spec, 'transform'], { scope: 'vars' });
    const relation = relationOf(c, spec);
    return transform && relation ? [{ id: spec.id, transform, relation }] : [];
  });
  checkNamed(c, seen);
  return relations;
}

/** Assertions of the graph and of its cases that speak of relations. */
function checkNamed(c: Compilation, known: ReadonlySet<string>): void {
  const lists = [c.document.assert, ...(c.document.cases ?? []).map(({ assert }) => assert)];
  for (const entry of lists.flatMap((list) => list ?? [])) {
    if (!('type' in entry) || entry.type !== 'metamorphic') continue;
    const { value } = entry;
    if (typeof value !== 'string' || known.has(value)) continue;
    const near = closestName(value, known);
    c.report(entry, 'value', {
      code: 'graph/unknown-relation',
      message: `there is no relation \`${value}\``,
      suggestion: near === undefined ? 'declare it under `metamorphic`' : `did you mean \`${near}\`?`,
    });
  }
}

function relationOf(
  c: Compilation,
  { relation }: MetamorphicRelation,
): CompiledRelation['relation'] | undefined {
  return typeof relation === 'string' ? relation : conditionAt(c, [relation, 'cel'], { scope: 'pair' });
}
