import type { InlineCase, Repeat } from '@rehearse/contracts';
import type { CompiledSchema } from '../../schema-check/index.js';
import type { Path } from '../path.js';
import type { CompiledCase } from '../model.js';
import { compileAssertions } from './assertions.js';
import type { Compilation } from './compilation.js';

const ONCE: Repeat = { runs: 1 };

/** The inline cases of a document; their vars are checked against `inputs`. */
export function compileCases(c: Compilation, inputs: CompiledSchema | undefined): CompiledCase[] {
  const seen = new Set<string>();
  return (c.document.cases ?? []).flatMap((entry) => {
    if ('dataset' in entry) {
      c.refuse(entry, 'dataset', 'cases from files are not read yet', 'write the cases here');
      return [];
    }
    if (seen.has(entry.id)) {
      const message = `the case \`${entry.id}\` stands twice`;
      c.report(entry, 'id', { code: 'graph/duplicate-id', message, suggestion: 'rename one of the two' });
    }
    seen.add(entry.id);
    if (entry.memory) c.refuse(entry, 'memory', 'memory does not run yet', 'remove `memory`');
    if (inputs) checkCaseVars(c, entry, inputs);
    return [compileCase(c, entry)];
  });
}

function compileCase(c: Compilation, entry: InlineCase): CompiledCase {
  return {
    id: entry.id,
    vars: entry.vars ?? {},
    ...(entry.seed !== undefined && { seed: entry.seed }),
    repeat: entry.repeat ?? c.document.repeat ?? ONCE,
    assertions: compileAssertions(c, entry.assert, 'case.assert'),
  };
}

function checkCaseVars(c: Compilation, entry: InlineCase, inputs: CompiledSchema): void {
  for (const { path, message } of inputs.check(entry.vars ?? {})) {
    const steps = pointerSteps(path);
    const { start, end, key, path: written } = c.placeWithin(entry, ['vars', ...steps]);
    const spot = steps.length === 0 && key ? key : { start, end };
    const text = `the vars of ${entry.id} do not fit \`inputs\`: ${[...steps, ''].join('.').slice(0, -1)} ${message}`;
    c.findings.add({
      code: 'graph/invalid-vars',
      message: text.replace(':  ', ': '),
      path: written,
      start: spot.start,
      end: spot.end,
      suggestion: 'change the vars, or `inputs`',
    });
  }
}

/** The steps of a JSON pointer (RFC 6901); digits count as an index too, which a mapping has under the same name. */
function pointerSteps(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replace(/~1/g, '/').replace(/~0/g, '~'))
    .map((step) => (/^(0|[1-9]\d*)$/.test(step) ? Number(step) : step));
}
