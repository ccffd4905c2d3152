import type { Tool } from '@rehearse/contracts';
import type { CompiledHttpCall, CompiledTool } from '../model.js';
import { checkAddress, checkHeaders } from './calls.js';
import type { Compilation } from './compilation.js';
import { checkReachable } from './routes.js';
import { conditionAt, templateAt, templateValueAt } from './text.js';

/** The tools of a document. */
export function compileTools(c: Compilation): ReadonlyMap<string, CompiledTool> {
  const tools = new Map<string, CompiledTool>();
  for (const [name, spec] of Object.entries(c.document.tools ?? {})) {
    checkSupport(c, name, spec);
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
  const http = spec.http && compileHttp(c, spec.http);
  const place = c.located.place(c.document.tools!, name);
  return {
    ...{ name, spec, range: c.findings.lines.range(place.key?.start ?? place.start, place.end) },
    ...(parameters && { parameters }),
    ...(returns && { returns }),
    ...(http && { http }),
    ...(mock && { mock }),
  };
}

function checkSupport(c: Compilation, name: string, spec: Tool): void {
  const answers = spec.http !== undefined || (spec.mock?.length ?? 0) > 0;
  if (!answers && !c.isDamaged(['tools', name])) {
    const message = `the tool ${name} has nothing that answers`;
    const told = { code: 'graph/missing-key', message, suggestion: 'add `mock` or `http`' };
    c.reportKey(c.document.tools!, name, told);
  }
}

function compileHttp(c: Compilation, http: NonNullable<Tool['http']>): CompiledHttpCall | undefined {
  const scope = 'tool' as const;
  checkAddress(c, http, 'url');
  if (http.headers) checkHeaders(c, http.headers);
  const url = templateAt(c, [http, 'url'], { scope });
  const [headers, query, json] = (['headers', 'query', 'json'] as const).map((part) =>
    http[part] === undefined ? undefined : templateValueAt(c, [http, part], { scope }),
  );
  if (!url) return undefined;
  return {
    url,
    ...(http.method && { method: http.method }),
    ...(headers && { headers }),
    ...(query && { query }),
    ...(json && { json }),
  };
}
