import { checkDocument, type CheckedDocument } from '@rehearse/engine';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../io.js';
import { count } from '../text/amounts.js';
import { paintFor } from '../text/paint.js';
import { describeDiagnostics } from './describe-diagnostics.js';
import { findGraphFiles } from './find-graph-files.js';
import { folderFor, loadGraphsOf, optionsFor, type Loading } from './load-graphs.js';
import { readDocument, type ReadDocument } from './read-document.js';

export interface ValidateFlags {
  reporter: 'spec' | 'json';
}

interface Checked {
  file: string;
  with?: string;
  source: string;
  result: CheckedDocument;
}

/** `rehearse validate`: tells every finding in every document; 2 when one has errors. */
export async function validateCommand(
  io: Io,
  paths: readonly string[],
  { reporter }: ValidateFlags,
): Promise<number> {
  const describe = reporter === 'json' ? jsonLine : specText(io);
  let isValid = true;
  for (const file of await findGraphFiles(io, paths, 'documents')) {
    for (const checked of checkedOf(io, { file, ...(await readDocument(io, file)) })) {
      isValid &&= checked.result.ok;
      io.stdout.write(describe(checked));
    }
  }
  return isValid ? EXIT.ok : EXIT.usage;
}

/** A document, and behind a suite those of its graphs that its settings do not fit. */
function checkedOf(io: Io, { file, source, problem }: { file: string } & ReadDocument): Checked[] {
  if (problem) return [{ file, source, result: { ok: false, kind: null, diagnostics: [problem] } }];
  const result = checkDocument(source, optionsFor(io, file));
  const folder = folderFor(io, file);
  if (!result.ok || result.kind !== 'Suite' || !folder) return [{ file, source, result }];
  const loading: Loading = { loaded: [], refused: [] };
  loadGraphsOf(result.suite, { io, file, source, folder }, loading);
  const refused = loading.refused.map(({ diagnostics, ...rest }): Checked => ({
    ...rest,
    result: { ok: false, kind: 'Graph', diagnostics: [...diagnostics] },
  }));
  return [{ file, source, result }, ...refused];
}

function jsonLine({ file, result }: Checked): string {
  const { ok, kind, diagnostics } = result;
  const graph =
    ok && result.kind === 'Graph' ? { name: result.graph.name, digest: result.graph.digest } : null;
  return `${JSON.stringify({ file, valid: ok, kind, diagnostics, graph })}\n`;
}

const specText = (io: Io) => {
  const paint = paintFor(io.stdout, io);
  return ({ file, with: graph, source, result }: Checked): string => {
    const { diagnostics } = result;
    const findings =
      diagnostics.length > 0 ? `\n${describeDiagnostics({ file, source, diagnostics, paint })}\n` : '';
    if (!result.ok)
      return `${paint('red', '✗')} ${file}${graph === undefined ? '' : ` with ${graph}`}  ${count(diagnostics.length, 'finding')}\n${findings}`;
    return `${paint('green', '✓')} ${file}  ${result.name}: ${contentOf(result)}\n${findings}`;
  };
};

function contentOf(result: Extract<CheckedDocument, { ok: true }>): string {
  if (result.kind === 'Persona') return 'a persona';
  if (result.kind === 'Suite') return `a suite of ${count(result.suite.graphs.length, 'graph')}`;
  const { nodes, cases, contracts, variants } = result.graph;
  return [
    count(nodes.length, 'node'),
    count(contracts.length, 'contract'),
    count(cases.size, 'case'),
    ...(variants.length > 0 ? [`a matrix of ${variants.length}`] : []),
  ].join(', ');
}
