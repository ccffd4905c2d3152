import type { MetamorphicRelation } from '@rehearse/contracts';
import type { CompiledRelation } from '../../metamorphic/relation.js';
import type { Compilation } from './compilation.js';
import { conditionAt, templateValueAt } from './text.js';

/** The metamorphic relations of a document. */
export function compileRelations(c: Compilation): CompiledRelation[] {
  const seen = new Set<string>();
  return (c.document.metamorphic ?? []).flatMap((spec) => {
    if (seen.has(spec.id)) {
      const message = `the relation \`${spec.id}\` stands twice`;
      c.report(spec, 'id', { code: 'graph/duplicate-id', message, suggestion: 'rename one of the two' });
    }
    seen.add(spec.id);
    const transform = templateValueAt(c, [spec, 'transform'], { scope: 'vars' });
    const relation = relationOf(c, spec);
    return transform && relation ? [{ id: spec.id, transform, relation }] : [];
  });
}

function relationOf(
  c: Compilation,
  { relation }: MetamorphicRelation,
): CompiledRelation['relation'] | undefined {
  return typeof relation === 'string' ? relation : conditionAt(c, [relation, 'cel'], { scope: 'pair' });
}
