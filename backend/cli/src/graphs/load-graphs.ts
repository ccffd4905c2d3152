import type { Diagnostic } from '@rehearse/contracts';
import { compileGraph, type CompiledGraph } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import { readText } from '../files.js';
import type { Io } from '../io.js';
import { count } from '../text/amounts.js';
import { paintFor } from '../text/paint.js';
import { describeDiagnostics } from './describe-diagnostics.js';
import { findGraphFiles } from './find-graph-files.js';

/** A graph together with the file that it came from. */
export interface LoadedGraph {
  file: string;
  graph: CompiledGraph;
  warnings: readonly Diagnostic[];
}

/** Compiles all graphs that the paths mean. When one of them has errors, every finding in any of them is told. */
export async function loadGraphs(io: Io, paths: readonly string[]): Promise<LoadedGraph[]> {
  const loaded: LoadedGraph[] = [];
  const refused: string[] = [];
  for (const file of await findGraphFiles(io, paths)) {
    const source = await readText(io, file);
    const compiled = compileGraph(source);
    const { diagnostics } = compiled;
    if (compiled.ok) loaded.push({ file, graph: compiled.graph, warnings: diagnostics });
    else refused.push(describeDiagnostics({ file, source, diagnostics, paint: paintFor(io.stderr, io) }));
  }
  if (refused.length === 0) return loaded;
  throw new CliError({
    code: 'graph/invalid',
    message: `${count(refused.length, 'graph')} cannot run:`,
    details: refused,
  });
}

/** Loads one graph that another command leans on. */
export async function loadGraph(io: Io, file: string): Promise<LoadedGraph> {
  const [loaded, second] = await loadGraphs(io, [file]);
  if (loaded && !second) return loaded;
  throw new CliError({ code: 'cli/one-graph', message: `${file} has several graphs, and one is needed` });
}
