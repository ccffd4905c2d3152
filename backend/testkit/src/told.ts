import { compileGraph } from '@rehearse/engine';

/**
 * The findings about a graph as text: a line for each, `line:column-column code path: message (suggestion)`. `codes`
 * leaves out those of other codes.
 */
export function told(source: string, codes = /./): string {
  const { diagnostics } = compileGraph(source);
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
