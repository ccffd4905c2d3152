import type { Tool } from '@rehearse/contracts';
import type { CompiledTool } from '../model.js';
import type { Compilation } from './compilation.js';
import { checkReachable } from './routes.js';
import { conditionAt, templateAt, templateValueAt } from './text.js';

/** The tools of a document. */
export function compileTools(c: Compilation): ReadonlyMap<string, CompiledTool> {
  const tools = new Map<string, CompiledTool>();
  for (const [name, spec] of Object.entries(c.document.tools ?? {})) {
    checkSupport(c, name, spec);
    if (spec.http) checkHttp(c, spec.http);
    tools.set(name, compileTool(c, name, spec));
  }
  return tools;
}

function compileTool(c: Compilation, name: string, spec: Tool): CompiledTool {
  const parameters = c.schema(spec, 'parameters');
  const returns = c.schema(spec, 'returns');
  if (spec.mock) checkReachable(c, spec.mock);
  const mock = spec.mock?.map((rule) => {
    const when = rule.when === undefined ? undefined : conditionAt(c, [rule, 'when'], { scope: 'tool' });
    const value =
      rule.return === undefined ? undefined : templateValueAt(c, [rule, 'return'], { scope: 'tool' });
    return { spec: rule, ...(when && { when }), ...(value && { value }) };
  });
  return {
    name,
    spec,
    ...(parameters && { parameters }),
    ...(returns && { returns }),
    ...(mock && { mock }),
  };
}

function checkSupport(c: Compilation, name: string, spec: Tool): void {
  const tools = c.document.tools!;
  const hasMock = (spec.mock?.length ?? 0) > 0;
  if (spec.http && hasMock)
    c.postpone(spec, 'http', 'the HTTP call of a tool does not run yet; its mock answers');
  else if (spec.http) c.refuse(spec, 'http', 'the HTTP call of a tool does not run yet', 'add `mock`');
  else if (!hasMock && !c.isDamaged(['tools', name]))
    c.refuse(tools, name, `the tool ${name} has nothing that answers`, 'add `mock`');
  if (spec.access) c.refuse(spec, 'access', 'access by scopes does not run yet', 'remove `access`');
  if (spec.onUnknown === 'ask')
    c.refuse(spec, 'onUnknown', 'asking a person does not run yet', 'use `onUnknown: error`');
}

/** What does not run yet is still checked, so that it is right when it does. */
function checkHttp(c: Compilation, http: NonNullable<Tool['http']>): void {
  const scope = 'tool' as const;
  templateAt(c, [http, 'url'], { scope });
  for (const part of ['headers', 'query', 'json'] as const)
    if (http[part] !== undefined) templateValueAt(c, [http, part], { scope });
}
