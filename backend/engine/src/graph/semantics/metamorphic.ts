import type { InlineCase, MetamorphicRelation } from '@rehearse/contracts';
import { closestName } from '../../expression/index.js';
import { followUpVars, type CompiledRelation } from '../../metamorphic/relation.js';
import type { CompiledSchema } from '../../schema-check/index.js';
import { misfit, pointerSteps } from './cases.js';
import type { Compilation } from './compilation.js';
import { conditionAt, templateValueAt } from './text.js';

/** The metamorphic relations of a document; what they make of the vars of its cases is checked against `inputs`. */
export function compileRelations(c: Compilation, inputs: CompiledSchema | undefined): CompiledRelation[] {
  const seen = new Set<string>();
  const relations = (c.document.metamorphic ?? []).flatMap((spec) => {
    if (seen.has(spec.id)) {
      const message = `the relation \`${spec.id}\` stands twice`;
      c.report(spec, 'id', { code: 'graph/duplicate-id', message, suggestion: 'rename one of the two' });
    }
    seen.add(spec.id);
    const transform = templateValueAt(c, [spec, 'transform'], { scope: 'vars' });
    const relation = relationOf(c, spec);
    if (!transform || !relation) return [];
    const compiled = { id: spec.id, transform, relation };
    if (inputs) checkFollowUps(c, spec, { inputs, relation: compiled });
    return [compiled];
  });
  checkNamed(c, seen);
  return relations;
}

interface Relating {
  inputs: CompiledSchema;
  relation: CompiledRelation;
}

/** Tells of the first case whose follow-up gets vars that do not fit; rows of a file are looked at when it is made. */
function checkFollowUps(c: Compilation, spec: MetamorphicRelation, relating: Relating): void {
  for (const entry of c.document.cases ?? [])
    if (!('dataset' in entry) && checkFollowUp(c, spec, { ...relating, entry })) return;
}

/** True where something was told; vars of a case that are wrong themselves were told there. */
function checkFollowUp(
  c: Compilation,
  spec: MetamorphicRelation,
  { inputs, relation, entry }: Relating & { entry: InlineCase },
): boolean {
  const { vars = {} } = entry;
  if (inputs.check(vars).length > 0) return false;
  const id = `${entry.id}~${spec.id}`;
  const suggestion = 'change `transform`, or `inputs`';
  const changed = followUpVars(relation, vars);
  if (!changed.ok) {
    const message = `the vars of ${id} cannot be made: ${changed.message}`;
    c.report(spec, 'transform', { code: 'graph/invalid-vars', message, suggestion });
    return true;
  }
  const problems = inputs.check(changed.vars);
  for (const { path, message } of problems) {
    const steps = pointerSteps(path);
    const { path: written, start, end } = c.placeWithin(spec, ['transform', ...steps]);
    c.findings.add({ ...misfit({ id, steps, message }), suggestion, path: written, start, end });
  }
  return problems.length > 0;
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
