import type { CompileOptions } from '../compile-options.js';
import { compileGraph } from '../compile.js';
import type { CompiledGraph } from '../model.js';

/** The YAML of a graph from the sections that matter to a test. */
export const graphText = (sections: string): string =>
  `apiVersion: rehearse/v1\nkind: Graph\nname: test\n${sections.replace(/^\n/, '')}`;

/** The same, compiled. Throws with all findings when it has errors. */
export function graphOf(sections: string, options: CompileOptions = {}): CompiledGraph {
  const compiled = compileGraph(graphText(sections), options);
  if (compiled.ok) return compiled.graph;
  throw new Error(`the graph has errors:\n${told(graphText(sections), /./, options)}`);
}

/**
 * The findings about a graph as text: a line for each, `line:column-line:column code path: message (suggestion)`. `codes`
 * leaves out those of other codes.
 */
export function told(source: string, codes = /./, options: CompileOptions = {}): string {
  const { diagnostics } = compileGraph(source, options);
  return diagnostics
    .filter(({ code }) => codes.test(code))
    .map(({ line, column, endLine, endColumn, severity, code, path, message, suggestion }) => {
      const end = endLine === line ? endColumn : `${endLine}:${endColumn}`;
      const how = suggestion === undefined ? '' : ` (${suggestion})`;
      const word = severity === 'warning' ? 'warning ' : '';
      return `${line}:${column}-${end} ${word}${code} ${path === '' ? '' : `${path}: `}${message}${how}`;
    })
    .join('\n');
}
