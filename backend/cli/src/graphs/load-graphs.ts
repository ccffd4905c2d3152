import path from 'node:path';
import type { Diagnostic, SuiteDocument } from '@rehearse/contracts';
import {
  compileGraph,
  compileInSuite,
  compileSuite,
  DocumentFolder,
  headOf,
  type CompiledGraph,
  type CompileOptions,
  type SourceRange,
  type SuiteOrigin,
} from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import { shownPath } from '../files.js';
import type { Io } from '../io.js';
import { count } from '../text/amounts.js';
import { paintFor } from '../text/paint.js';
import { describeDiagnostics } from './describe-diagnostics.js';
import { findGraphFiles } from './find-graph-files.js';
import { diskTree, type OnFile } from './disk-tree.js';
import { readDocument } from './read-document.js';

/** A graph together with the file that it came from. */
export interface LoadedGraph {
  file: string;
  graph: CompiledGraph;
  warnings: readonly Diagnostic[];
  /** The suite that made it what it is. */
  suite?: { file: string; originOf: (range: SourceRange) => SuiteOrigin | null };
}

/** A document with errors, ready to be described. */
interface Refused {
  file: string;
  /** The graph that the settings of this suite do not fit. */
  with?: string;
  source: string;
  diagnostics: readonly Diagnostic[];
}

export interface Loading {
  loaded: LoadedGraph[];
  refused: Refused[];
}

export interface Onlookers {
  /** Sees each document before it is compiled. */
  onSource?(source: string): void;
  /** Sees where each file is that is read, also those that a document names. */
  onFile?: OnFile;
}

/** Compiles all graphs that the paths mean, also through suites. When one has errors, every finding in any of them is told. */
export async function loadGraphs(
  io: Io,
  paths: readonly string[],
  { onSource, onFile }: Onlookers = {},
): Promise<LoadedGraph[]> {
  const loading: Loading = { loaded: [], refused: [] };
  for (const file of await findGraphFiles(io, paths)) {
    const { source, problem } = await readDocument(io, file);
    if (file !== '-') onFile?.(path.resolve(io.cwd, file));
    onSource?.(source);
    const folder = folderFor(io, file, onFile);
    if (problem) loading.refused.push({ file, source, diagnostics: [problem] });
    else if (headOf(source).kind === 'Suite') loadSuite(io, { file, source, folder }, loading);
    else loadOne({ file, source, options: folder?.options() ?? {} }, loading);
  }
  const { loaded, refused } = loading;
  if (refused.length === 0) return loaded;
  const paint = paintFor(io.stderr, io);
  throw new CliError({
    code: 'graph/invalid',
    message: `${count(refused.length, 'document')} cannot run:`,
    details: refused.map((one) => describeDiagnostics({ ...one, paint })),
  });
}

/** What a document may refer to: what stands in its folder. Standard input stands in none. */
export const folderFor = (io: Io, file: string, onFile?: OnFile): DocumentFolder | null =>
  file === '-' ? null : new DocumentFolder(diskTree(path.dirname(path.resolve(io.cwd, file)), onFile));

export const optionsFor = (io: Io, file: string): CompileOptions => folderFor(io, file)?.options() ?? {};

interface Source {
  file: string;
  source: string;
  options: CompileOptions;
}

function loadOne({ file, source, options }: Source, { loaded, refused }: Loading): void {
  const compiled = compileGraph(source, options);
  const { diagnostics } = compiled;
  if (compiled.ok) loaded.push({ file, graph: compiled.graph, warnings: diagnostics });
  else refused.push({ file, source, diagnostics });
}

interface SuiteSource {
  file: string;
  source: string;
  folder: DocumentFolder | null;
}

function loadSuite(io: Io, { file, source, folder }: SuiteSource, loading: Loading): void {
  const checked = compileSuite(source, folder?.options());
  if (!checked.ok) loading.refused.push({ file, source, diagnostics: checked.diagnostics });
  else if (folder) loadGraphsOf(checked.document, { io, file, source, folder }, loading);
}

/** The graphs of a suite, with its settings. */
export function loadGraphsOf(
  suite: SuiteDocument,
  { io, file, source, folder }: { io: Io; file: string; source: string; folder: DocumentFolder },
  loading: Loading,
): void {
  for (const reference of suite.graphs) {
    const found = folder.findGraph(reference);
    if (!found.ok) continue;
    const shown = shownPath(io, path.join(path.dirname(file), found.file));
    const membership = { suite, text: source, reference };
    const made = compileInSuite(found.source, membership, folder.folderOf(found.file).options());
    const { diagnostics } = made;
    if (made.ok) {
      const { graph, originOf } = made;
      loading.loaded.push({ file: shown, graph, warnings: diagnostics, suite: { file, originOf } });
    } else if (made.isOwnFault) loading.refused.push({ file: shown, source: made.source, diagnostics });
    else loading.refused.push({ file, with: shown, source, diagnostics: diagnostics.map(named(shown)) });
  }
}

const named =
  (graph: string) =>
  (one: Diagnostic): Diagnostic => ({ ...one, message: `with ${graph}: ${one.message}` });

/** Loads one graph that another command leans on. */
export async function loadGraph(io: Io, file: string): Promise<LoadedGraph> {
  const [loaded, second] = await loadGraphs(io, [file]);
  if (loaded && !second) return loaded;
  throw new CliError({ code: 'cli/one-graph', message: `${file} has several graphs, and one is needed` });
}
