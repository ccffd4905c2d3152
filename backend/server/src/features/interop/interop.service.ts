import { createHash } from 'node:crypto';
import { type ImportAnswer, TRAJECTORY_FORMATS, TrajectoryFormat } from '@rehearse/contracts';
import {
  type CompiledGraph,
  compileGraph,
  foldRun,
  importTrajectories,
  namedContracts,
  prepareGraph,
  sha256Hex,
} from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import type { Principal, UploadedFile } from '../../platform/http/index.js';
import { ExperimentsService, type RecordedExperiment } from '../experiments/index.js';
import { GraphsService } from '../graphs/index.js';
import { finalState } from '../runs/index.js';

export interface TrajectoryUpload {
  file: UploadedFile | undefined;
  format: string | undefined;
  /** A graph that is here, by id or name, or its YAML. */
  graph: string | UploadedFile | undefined;
}

interface LentGraph {
  versionId: string;
  graph: CompiledGraph;
}

/** Brings recorded conversations in as experiments. */
@Injectable()
export class InteropService {
  constructor(
    private readonly experiments: ExperimentsService,
    private readonly graphs: GraphsService,
  ) {}

  async importTrajectories(principal: Principal, upload: TrajectoryUpload): Promise<ImportAnswer> {
    const format = formatOf(upload.format);
    const { file } = upload;
    if (!file) throw new AppError('graph/no-file', 'Send the recordings as a file in the field `file`.');
    const lent = await this.lentGraph(principal, upload.graph);
    const importKey = [
      createHash('sha256').update(file.bytes).digest('hex'),
      format,
      lent?.graph.digest ?? '-',
    ].join(' ');
    const known = await this.experiments.imported(principal, importKey);
    if (known) return { experiment: known, existing: true, diagnostics: [] };
    if (lent) await prepareGraph(lent.graph);
    const parsed = parse(file, { format, graph: lent?.graph });
    const graphVersionId = lent?.versionId ?? (await this.standIn(principal, parsed));
    const runs = parsed.runs.map((run) => recordedRun(run, lent?.graph));
    const params = { format, file: file.name };
    const label = labelOf(file.name, format);
    const made = await this.experiments.import(principal, { importKey, label, graphVersionId, params, runs });
    return { ...made, diagnostics: [] };
  }

  private async lentGraph(principal: Principal, given: TrajectoryUpload['graph']): Promise<LentGraph | null> {
    if (given === undefined || given === '') return null;
    if (typeof given === 'string') return this.graphs.executable(principal.tenantId, given);
    const compiled = compileGraph(new TextDecoder().decode(given.bytes));
    if (compiled.ok) return this.graphs.keep(principal, compiled.graph);
    const [first] = compiled.diagnostics;
    const detail = `${given.name}, line ${first?.line}: ${first?.message}`;
    throw new AppError('graph/invalid', detail, { errors: compiled.diagnostics });
  }

  /** The graph that the runs are listed under when none is lent. */
  private async standIn(
    principal: Principal,
    { graphName, graphSource, graphDigest }: Parsed,
  ): Promise<string> {
    const graph = {
      name: graphName,
      source: graphSource,
      digest: graphDigest,
      sourceDigest: sha256Hex(graphSource),
    };
    return (await this.graphs.keepImported(principal, graph)).versionId;
  }
}

type Parsed = Extract<ReturnType<typeof importTrajectories>, { ok: true }>;

function parse(
  file: UploadedFile,
  options: { format: TrajectoryFormat; graph: CompiledGraph | undefined },
): Parsed {
  const text = new TextDecoder().decode(file.bytes);
  const { format, graph } = options;
  const result = importTrajectories({
    format,
    text,
    name: file.name,
    now: Date.now(),
    ...(graph && { graph }),
  });
  if (result.ok) return result;
  const errors = result.problems.map(({ path, line, message, suggestion }) => ({
    path: line === undefined ? path : `line ${line}`,
    message: [message, suggestion].filter(Boolean).join('; '),
  }));
  const where = [file.name, errors[0]?.path].filter(Boolean).join(', ');
  throw new AppError('import/invalid', `${where}: ${errors[0]?.message}`, { errors });
}

function recordedRun(
  run: Parsed['runs'][number],
  graph: CompiledGraph | undefined,
): RecordedExperiment['runs'][number] {
  const fold = foldRun(run.events, graph ? namedContracts(graph) : []);
  const { caseId, repeat, vars, events } = run;
  return {
    caseId,
    repeat,
    vars,
    events,
    seed: fold.seed,
    live: fold.live,
    offline: fold.offline,
    chaos: fold.chaos,
    imported: true,
    final: finalState(fold),
  };
}

function formatOf(format: string | undefined): TrajectoryFormat {
  const parsed = TrajectoryFormat.safeParse(format);
  if (parsed.success) return parsed.data;
  const known = TRAJECTORY_FORMATS.join(' or ');
  throw new AppError(
    'import/unknown-format',
    `Say in the field \`format\` what the file is: ${known}, not ${format ?? 'nothing'}.`,
  );
}

const labelOf = (fileName: string, format: string): string =>
  (fileName.split(/[\\/]/).at(-1) || format).replace(/\.(json|jsonl|ndjson)$/i, '').slice(0, 200);
