import { compileGraph, type CompiledGraph, type CompileOptions } from '@rehearse/engine';

/** The YAML of a graph from the sections that matter to a test. */
export const graphText = (sections: string, name = 'test'): string =>
  `apiVersion: rehearse/v1\nkind: Graph\nname: ${name}\n${sections.replace(/^\n/, '')}`;

/** The same, compiled. Throws with every diagnostic when it has errors. */
export function graphOf(sections: string, options: CompileOptions = {}): CompiledGraph {
  const compiled = compileGraph(graphText(sections), options);
  if (compiled.ok) return compiled.graph;
  const lines = compiled.diagnostics.map(
    ({ line, column, code, message }) => `${line}:${column} ${code} ${message}`,
  );
  throw new Error(`the graph has errors:\n${lines.join('\n')}`);
}
