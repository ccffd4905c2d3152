import path from 'node:path';
import type { TrajectoryFormat } from '@rehearse/contracts';
import { importTrajectories, prepareGraph, writeCassette, type ImportResult } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { readText, shownPath, writeWhole } from '../files.js';
import { loadGraph, type LoadedGraph } from '../graphs/load-graphs.js';
import type { Io } from '../io.js';
import { count } from '../text/amounts.js';
import { paintFor } from '../text/paint.js';
import { quoted } from '../text/quoted.js';
import { describeImport } from './describe-import.js';
import { summarizeImport } from './import-summary.js';
import { findServer } from './local-server.js';
import { OTHERWISE, upload } from './upload.js';

export interface ImportFlags {
  format: TrajectoryFormat;
  graph?: string;
  output?: string;
  url?: string;
  token?: string;
}

type Imported = Extract<ImportResult, { ok: true }>;

/** `rehearse import trajectories`: into the running server, or with --output into a cassette. */
export async function importCommand(io: Io, file: string, flags: ImportFlags): Promise<number> {
  const text = await readText(io, file);
  const lent = flags.graph === undefined ? undefined : await loadGraph(io, flags.graph);
  if (lent) await prepareGraph(lent.graph);
  const imported = read(text, { file, format: flags.format, lent });
  const address =
    flags.output === undefined ? await findServer(io, { ...flags, otherwise: OTHERWISE }) : null;
  const summary = summarizeImport(imported.runs);
  const paint = paintFor(io.stdout, io);
  if (!address) {
    const cassette = path.join(flags.output!, `${imported.graphName}.jsonl`);
    await writeWhole(io, cassette, cassetteOf(imported));
    const name = shownPath(io, cassette);
    io.stdout.write(
      describeImport({ name: imported.graphName, summary, next: `rehearse replay ${quoted(name)}` }, paint),
    );
    return EXIT.ok;
  }
  const graph = lent && { file: lent.file, source: lent.graph.source };
  const { experiment, existing } = await upload(address, {
    file,
    text,
    format: flags.format,
    ...(graph && { graph }),
  });
  const { progress, passRate, passHatK } = experiment;
  const stored = { ...summary, ...progress, passRate, passHatK };
  const next = `${address.url}/experiments/${experiment.id}`;
  io.stdout.write(describeImport({ name: experiment.graph, summary: stored, next, existing }, paint));
  return EXIT.ok;
}

interface Source {
  file: string;
  format: TrajectoryFormat;
  lent: LoadedGraph | undefined;
}

function read(text: string, { file, format, lent }: Source): Imported {
  const result = importTrajectories({
    ...{ format, text, name: path.basename(file), now: Date.now() },
    ...(lent && { graph: lent.graph }),
  });
  if (result.ok) return result;
  const { problems } = result;
  throw new CliError({
    code: 'import/invalid',
    message: `${file} cannot be imported: ${count(problems.length, 'problem')}`,
    details: problems.map(({ code, line, path: at, message, suggestion }) => {
      const place = `${file}${line === undefined ? '' : `:${line}`}`;
      return `  ${place} ${code}\n    ${at ? `${at}: ` : ''}${message}\n    help: ${suggestion}\n`;
    }),
  });
}

const cassetteOf = ({ graphName, graphSource, graphDigest, runs }: Imported): string =>
  writeCassette(
    runs.map(({ caseId, repeat, events }) => {
      const [first] = events;
      const seed = first?.type === 'run.started' ? first.data.seed : 1;
      const graph = { name: graphName, digest: graphDigest, source: graphSource };
      const runId = first?.runId ?? '';
      return {
        header: { rehearse: 'cassette/v1', runId, graph, caseId, repeat, seed, redaction: null },
        events,
      };
    }),
  );
