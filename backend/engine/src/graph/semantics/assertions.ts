import type { AssertionEntry, AssertionSpec } from '@rehearse/contracts';
import { compileAssertion, RUNNABLE_ASSERTION_TYPES } from '../../assert/index.js';
import type { PlacedAssertion } from '../model.js';
import type { Compilation } from './compilation.js';
import { expressionAt, spanOf } from './text.js';

const RUNNABLE = new Set<string>(RUNNABLE_ASSERTION_TYPES);

/** Compiles the assertions of a list; `prefix` is how their ids begin, as in `handle.assert`. */
export function compileAssertions(
  c: Compilation,
  entries: readonly AssertionEntry[] | undefined,
  prefix: string,
): PlacedAssertion[] {
  return (entries ?? []).flatMap((entry, index) => {
    const spec = runnable(c, entry);
    const assertion = spec && compileOne(c, spec);
    return assertion ? [{ id: `${prefix}[${index}]`, assertion }] : [];
  });
}

/** The entry as a plain assertion that runs in this release; else undefined, and reported. */
function runnable(c: Compilation, entry: AssertionEntry): AssertionSpec | undefined {
  if ('$ref' in entry)
    return void c.refuse(entry, '$ref', 'assertion templates do not run yet', 'write the assertion out');
  const { type } = entry;
  if (type === 'assert-set')
    return void c.report(
      entry,
      'type',
      notYet('assertion sets do not run yet', 'list the assertions one by one'),
    );
  const spec = entry as AssertionSpec;
  for (const key of ['transform', 'provider', 'votes'] as const) {
    if (spec[key] !== undefined)
      c.refuse(spec, key, `\`${key}\` of an assertion does not run yet`, `remove \`${key}\``);
  }
  if (RUNNABLE.has(type.replace(/^not-/, ''))) return spec;
  return void c.report(spec, 'type', notYet(`the assertion ${type} does not run yet`));
}

const notYet = (message: string, suggestion?: string) => ({
  code: 'graph/not-yet-supported',
  message,
  ...(suggestion !== undefined && { suggestion }),
});

function compileOne(c: Compilation, spec: AssertionSpec) {
  // The expression's own compiler knows the place of each mistake in the text.
  if (/^(not-)?cel$/.test(spec.type) && typeof spec.value === 'string') {
    if (!expressionAt(c, [spec, 'value'], { scope: 'check' })) return undefined;
  }
  const compiled = compileAssertion(spec);
  if (!Array.isArray(compiled)) return compiled;
  for (const { code, message, path, suggestion } of compiled) {
    const place = c.placeWithin(spec, path);
    const told = { code, message, ...(suggestion !== undefined && { suggestion }) };
    c.findings.add({
      ...told,
      ...spanOf(c, { ...place, scalar: undefined } as never, { offset: 0, length: 0 }),
      start: place.start,
      end: place.end,
    });
  }
  return undefined;
}
