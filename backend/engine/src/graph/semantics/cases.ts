import type { DatasetCase, InlineCase } from '@rehearse/contracts';
import type { CompiledSchema } from '../../schema-check/index.js';
import type { Path } from '../path.js';
import type { CompiledCase, CompiledCases } from '../model.js';
import { compileAssertions } from './assertions.js';
import { CaseList, repeatOf, type CasePart } from './case-list.js';
import type { Compilation } from './compilation.js';
import { datasetPart } from './dataset.js';

/** The cases of a document; their vars are checked against `inputs`. */
export function compileCases(c: Compilation, inputs: CompiledSchema | undefined): CompiledCases {
  const seen = new Set<string>();
  const isNew = (id: string) => !seen.has(id) && seen.add(id);
  const parts = (c.document.cases ?? []).flatMap((entry) => {
    const part = 'dataset' in entry ? rows(c, entry, { inputs, isNew }) : inline(c, entry, { inputs, isNew });
    return part ? [part] : [];
  });
  return new CaseList(parts);
}

interface Checks {
  inputs: CompiledSchema | undefined;
  isNew(id: string): unknown;
}

const twice = (id: string) => ({
  code: 'graph/duplicate-id',
  message: `the case \`${id}\` stands twice`,
  suggestion: 'rename one of the two',
});

function inline(c: Compilation, entry: InlineCase, { inputs, isNew }: Checks): CasePart {
  if (!isNew(entry.id)) c.report(entry, 'id', twice(entry.id));
  if (inputs) checkCaseVars(c, entry, inputs);
  return compileCase(c, entry);
}

const rows = (c: Compilation, entry: DatasetCase, { inputs, isNew }: Checks): CasePart | undefined =>
  datasetPart(c, entry, ({ id, vars, assertions }, row) => {
    const place = { path: '', start: 0, end: 0 };
    if (!isNew(id)) row.findings.add({ ...twice(id), ...place });
    for (const { path, message } of inputs?.check(vars) ?? [])
      row.findings.add({ ...misfit({ id, steps: pointerSteps(path), message }), ...place });
    // Asked for, so that what is wrong with one is told now.
    void assertions.length;
  });

function compileCase(c: Compilation, entry: InlineCase): CompiledCase {
  return {
    id: entry.id,
    ...(entry.description !== undefined && { description: entry.description }),
    labels: { ...c.document.labels, ...entry.labels },
    vars: entry.vars ?? {},
    ...(entry.seed !== undefined && { seed: entry.seed }),
    ...(entry.memory && { memory: entry.memory }),
    repeat: repeatOf(c, entry),
    assertions: compileAssertions(c, entry.assert, 'case.assert'),
  };
}

export function misfit({ id, steps, message }: { id: string; steps: Path; message: string }) {
  const where = steps.length === 0 ? '' : `${steps.join('.')} `;
  return {
    code: 'graph/invalid-vars',
    message: `the vars of ${id} do not fit \`inputs\`: ${where}${message}`,
    suggestion: 'change the vars, or `inputs`',
  };
}

function checkCaseVars(c: Compilation, entry: InlineCase, inputs: CompiledSchema): void {
  for (const { path, message } of inputs.check(entry.vars ?? {})) {
    const steps = pointerSteps(path);
    const { start, end, key, path: written } = c.placeWithin(entry, ['vars', ...steps]);
    const spot = steps.length === 0 && key ? key : { start, end };
    c.findings.add({
      ...misfit({ id: entry.id, steps, message }),
      ...{ path: written, start: spot.start, end: spot.end },
    });
  }
}

/** The steps of a JSON pointer (RFC 6901); digits count as an index too, which a mapping has under the same name. */
export function pointerSteps(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replace(/~1/g, '/').replace(/~0/g, '~'))
    .map((step) => (/^(0|[1-9]\d*)$/.test(step) ? Number(step) : step));
}
