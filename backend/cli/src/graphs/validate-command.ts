import { compileGraph, type CompileResult } from '@rehearse/engine';
import { EXIT } from '../exit-codes.js';
import { readText } from '../files.js';
import type { Io } from '../io.js';
import { count } from '../text/amounts.js';
import { paintFor } from '../text/paint.js';
import { describeDiagnostics } from './describe-diagnostics.js';
import { findGraphFiles } from './find-graph-files.js';

export interface ValidateFlags {
  reporter: 'spec' | 'json';
}

interface Checked {
  file: string;
  source: string;
  result: CompileResult;
}

/** `rehearse validate`: tells every finding in every file; 2 when a graph has errors. */
export async function validateCommand(
  io: Io,
  paths: readonly string[],
  { reporter }: ValidateFlags,
): Promise<number> {
  const describe = reporter === 'json' ? jsonLine : specText(io);
  let isValid = true;
  for (const file of await findGraphFiles(io, paths)) {
    const source = await readText(io, file);
    const result = compileGraph(source);
    isValid &&= result.ok;
    io.stdout.write(describe({ file, source, result }));
  }
  return isValid ? EXIT.ok : EXIT.usage;
}

function jsonLine({ file, result }: Checked): string {
  const graph = result.ok ? { name: result.graph.name, digest: result.graph.digest } : null;
  return `${JSON.stringify({ file, valid: result.ok, diagnostics: result.diagnostics, graph })}\n`;
}

const specText = (io: Io) => {
  const paint = paintFor(io.stdout, io);
  return ({ file, source, result }: Checked): string => {
    const { diagnostics } = result;
    const findings =
      diagnostics.length > 0 ? `\n${describeDiagnostics({ file, source, diagnostics, paint })}\n` : '';
    if (!result.ok)
      return `${paint('red', '✗')} ${file}  ${count(diagnostics.length, 'finding')}\n${findings}`;
    const { name, nodes, cases, contracts } = result.graph;
    const parts = [
      count(nodes.length, 'node'),
      count(contracts.length, 'contract'),
      count(cases.length, 'case'),
    ];
    return `${paint('green', '✓')} ${file}  ${name}: ${parts.join(', ')}\n${findings}`;
  };
};
