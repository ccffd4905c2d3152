import type { AssertionEntry, AssertionSpec } from '@rehearse/contracts';
import { compileAssertion, RUNNABLE_ASSERTION_TYPES, type AssertionIssue } from '../../assert/index.js';
import type { PlacedAssertion } from '../model.js';
import type { Compilation } from './compilation.js';
import { expressionAt, REMEDIES, spanOf, templateValueAt } from './text.js';

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
    if (!assertion) return [];
    const { start, end } = c.located.place(entries!, index);
    return [{ id: `${prefix}[${index}]`, assertion, range: c.findings.lines.range(start, end) }];
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
  for (const key of ['provider', 'votes'] as const) {
    if (spec[key] !== undefined)
      c.refuse(spec, key, `\`${key}\` of an assertion does not run yet`, `remove \`${key}\``);
  }
  if (RUNNABLE.has(type.replace(/^not-/, ''))) return spec;
  return void c.report(spec, 'type', notYet(`the assertion ${type} does not run yet`, OTHERS));
}

const OTHERS = 'use one that needs no judge, such as contains, is-json or cel';

const notYet = (message: string, suggestion?: string) => ({
  code: 'graph/not-yet-supported',
  message,
  ...(suggestion !== undefined && { suggestion }),
});

function compileOne(c: Compilation, spec: AssertionSpec) {
  const compiled = compileAssertion(spec);
  for (const issue of Array.isArray(compiled) ? compiled : (compiled.warnings ?? []))
    reportIssue(c, spec, issue);
  if (Array.isArray(compiled)) return undefined;
  if (compiled.nodeReferences?.length) checkReferences(c, spec);
  return compiled;
}

function reportIssue(c: Compilation, spec: AssertionSpec, issue: AssertionIssue): void {
  const { code, severity, message, path, offset, length, suggestion = REMEDIES[code] } = issue;
  // What is misspelt is missing as well; that is told already.
  if (offset === undefined && c.isDamaged(c.located.pathOf(spec))) return;
  const place = c.placeWithin(spec, path);
  const span = offset === undefined ? place : spanOf(c, place, { offset, length: length ?? 1 });
  const told = { code, severity, message, ...(suggestion !== undefined && { suggestion }) };
  c.findings.add({ ...told, path: place.path, start: span.start, end: span.end });
}

/** Compiled anew at its place, as that finds out which of the nodes do not exist, and where they are named. */
function checkReferences(c: Compilation, spec: AssertionSpec): void {
  const options = { scope: 'check' } as const;
  if (spec.transform !== undefined) expressionAt(c, [spec, 'transform'], options);
  if (spec.value === undefined) return;
  if (/^(not-)?cel$/.test(spec.type)) expressionAt(c, [spec, 'value'], options);
  else templateValueAt(c, [spec, 'value'], options);
}
