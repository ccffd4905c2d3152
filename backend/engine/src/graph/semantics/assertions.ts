import type { AssertionEntry, AssertionRef, AssertionSet, AssertionSpec, Json } from '@rehearse/contracts';
import {
  compileAssertion,
  compileAssertionSet,
  type AssertionIssue,
  type CompiledAssertion,
  type Routes,
} from '../../assert/index.js';
import { closestName } from '../../expression/index.js';
import type { Place } from '../located.js';
import type { PlacedAssertion } from '../model.js';
import type { Path } from '../path.js';
import type { Compilation } from './compilation.js';
import { expressionAt, REMEDIES, scopeIn, spanOf, templateValueAt } from './text.js';

/** Compiles the assertions of a list; `prefix` is how their ids begin, as in `handle.assert`. */
export function compileAssertions(
  c: Compilation,
  entries: readonly AssertionEntry[] | undefined,
  prefix: string,
): PlacedAssertion[] {
  return (entries ?? []).flatMap((entry, index) => {
    const assertion = isSet(entry) ? compileSet(c, entry) : compileOne(c, entry);
    if (!assertion) return [];
    const { start, end } = c.located.place(entries!, index);
    return [{ id: `${prefix}[${index}]`, assertion, range: c.findings.lines.range(start, end) }];
  });
}

const isSet = (entry: AssertionEntry): entry is AssertionSet =>
  'type' in entry && entry.type === 'assert-set';

function compileSet(c: Compilation, set: AssertionSet): CompiledAssertion | undefined {
  const parts = set.assert.map((entry) => compileOne(c, entry));
  if (parts.length === 0 || !parts.every((part) => part !== undefined)) return undefined;
  return checked(c, set, compileAssertionSet(set, parts));
}

/** An assertion together with the mapping that each of its members is written in. */
interface Written {
  spec: AssertionSpec;
  entry: AssertionSpec | AssertionRef;
  template?: AssertionSpec;
}

function compileOne(c: Compilation, entry: AssertionSpec | AssertionRef): CompiledAssertion | undefined {
  const written = '$ref' in entry ? resolveTemplate(c, entry) : { spec: entry, entry };
  return written && compileWritten(c, written);
}

function compileWritten(c: Compilation, written: Written): CompiledAssertion | undefined {
  const { spec } = written;
  if (spec.provider !== undefined) checkRoute(c, spec.provider, holderOf(written, 'provider'));
  const compiled = checked(
    c,
    written,
    compileAssertion(spec, { routes: routesOf(c), scope: scopeIn(c, 'check') }),
  );
  if (!compiled) return undefined;
  useRoutes(c, spec);
  checkNames(c, written);
  if (compiled.nodeReferences.length > 0) checkReferences(c, written);
  return compiled;
}

const REF = /^(?:#\/assertTemplates\/)?([^/]+)$/;

function resolveTemplate(c: Compilation, entry: AssertionRef): Written | undefined {
  const templates = c.document.assertTemplates ?? {};
  const name = REF.exec(entry.$ref)?.[1] ?? entry.$ref;
  const template = Object.hasOwn(templates, name) ? templates[name] : undefined;
  if (template) {
    c.used.assertTemplates.add(name);
    const { $ref: _, ...own } = entry;
    return { spec: { ...template, ...own }, entry, template };
  }
  if (c.isDamaged(['assertTemplates', name])) return undefined;
  const near = closestName(name, Object.keys(templates));
  const suggestion = near === undefined ? 'declare it in `assertTemplates`' : `did you mean \`${near}\`?`;
  const message = `there is no assertion template \`${name}\``;
  c.report(entry, '$ref', { code: 'graph/unknown-template', message, suggestion });
  return undefined;
}

/** The templates that nothing refers to, so that what is wrong in them is told all the same. */
export function compileUnusedTemplates(c: Compilation): void {
  const templates = c.document.assertTemplates ?? {};
  for (const [name, spec] of Object.entries(templates)) {
    if (!c.used.assertTemplates.has(name)) compileWritten(c, { spec, entry: spec });
  }
}

const holderOf = ({ entry, template }: Written, member: string): AssertionSpec | AssertionRef =>
  template && !Object.hasOwn(entry, member) ? template : entry;

/** The route named so, else the only one; a judge can stand in where embeddings have no route of their own. */
function routesOf(c: Compilation): Routes {
  const names = [...c.names.providers];
  const only = names.length === 1 ? names[0]! : '';
  const judge = c.names.providers.has('judge') ? 'judge' : only;
  return { judge, embedding: c.names.providers.has('embedding') ? 'embedding' : judge };
}

function checkRoute(c: Compilation, name: string, holder: object): void {
  if (c.checkName('providers', name, c.located.place(holder, 'provider'))) c.used.providers.add(name);
}

/** A route that only judges is not one that nothing refers to. */
function useRoutes(c: Compilation, { provider }: AssertionSpec): void {
  if (provider !== undefined) return;
  for (const name of ['judge', 'embedding']) if (c.names.providers.has(name)) c.used.providers.add(name);
}

function checked(
  c: Compilation,
  written: Written | AssertionSet,
  compiled: CompiledAssertion | AssertionIssue[],
): CompiledAssertion | undefined {
  for (const issue of Array.isArray(compiled) ? compiled : compiled.warnings) reportIssue(c, written, issue);
  return Array.isArray(compiled) ? undefined : compiled;
}

function reportIssue(c: Compilation, written: Written | AssertionSet, issue: AssertionIssue): void {
  const { code, severity, message, path, offset, length, suggestion = REMEDIES[code] } = issue;
  const holder = 'spec' in written ? holderOf(written, String(path[0] ?? '')) : written;
  // What is misspelt is missing as well; that is told already.
  if (offset === undefined && c.isDamaged(c.located.pathOf(holder))) return;
  const place = placeOf(c, written, { holder, path });
  const span = offset === undefined ? place : spanOf(c, place, { offset, length: length ?? 1 });
  const told = { code, severity, message, ...(suggestion !== undefined && { suggestion }) };
  c.findings.add({ ...told, path: place.path, start: span.start, end: span.end });
}

/** What a template lacks is lacking where it is used. */
function placeOf(
  c: Compilation,
  written: Written | AssertionSet,
  { holder, path }: { holder: object; path: Path },
): Place {
  const isMissing = path.length > 0 && !Object.hasOwn(holder, path[0]!);
  if (isMissing && 'template' in written && written.template) return c.located.place(written.entry, '$ref');
  return c.placeWithin(holder, path);
}

/** Compiled anew at its place, as that finds out which of the nodes do not exist, and where they are named. */
function checkReferences(c: Compilation, written: Written): void {
  const { spec } = written;
  const options = { scope: 'check' } as const;
  if (typeof spec.transform === 'string')
    expressionAt(c, [holderOf(written, 'transform'), 'transform'], options);
  if (spec.value === undefined) return;
  const holder = holderOf(written, 'value');
  if (/^(not-)?cel$/.test(spec.type)) expressionAt(c, [holder, 'value'], options);
  else templateValueAt(c, [holder, 'value'], options);
}

/** What an assertion names by its id alone. */
function checkNames(c: Compilation, written: Written): void {
  const { spec } = written;
  if (spec.value === undefined) return;
  const holder = holderOf(written, 'value');
  if (/^(not-)?contract$/.test(spec.type)) checkContract(c, holder, spec.value);
  if (/^(not-)?select-best$/.test(spec.type)) checkNodes(c, holder, spec.value);
}

function checkContract(c: Compilation, holder: object, id: Json): void {
  const ids = (c.document.contracts ?? []).map((contract) => contract.id);
  if (typeof id !== 'string' || ids.includes(id) || c.isDamaged(['contracts'])) return;
  const near = closestName(id, ids);
  const suggestion = near === undefined ? 'declare it in `contracts`' : `did you mean \`${near}\`?`;
  c.report(holder, 'value', {
    code: 'graph/unknown-contract',
    message: `there is no contract \`${id}\``,
    suggestion,
  });
}

function checkNodes(c: Compilation, holder: object, value: Json): void {
  const of = typeof value === 'object' && value !== null && !Array.isArray(value) ? value['of'] : undefined;
  if (!Array.isArray(of)) return;
  of.forEach((id, index) => c.checkNode(String(id), c.placeWithin(holder, ['value', 'of', index])));
}
