import type { CassetteImportAnswer, JournalEvent } from '@rehearse/contracts';
import {
  type CompiledGraph,
  compileGraph,
  foldRun,
  laneNeedsOf,
  namedContracts,
  nodeTypesOf,
  optionsOf,
  parseCassette,
  type Recording,
  redactionOf,
  replayRecording,
  sha256Hex,
  verifyChain,
  withValues,
  writeCassette,
} from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import { MultipartBody, type Principal } from '../../platform/http/index.js';
import { newId } from '../../platform/ids.js';
import { GraphsService } from '../graphs/index.js';
import { finalState, type RunRecord } from './run-records.js';
import type { RecordedDraft } from './runs.repository.js';
import { RunsService } from './runs.service.js';

export const CASSETTE_TYPES = [
  'application/x-ndjson',
  'application/jsonl',
  'application/octet-stream',
  'text/plain',
  'multipart/form-data',
];

/** A graph that recordings belong to; `graph` is null when it only stands for them. */
interface Home {
  versionId: string;
  graph: CompiledGraph | null;
}

interface Located extends Recording {
  /** Of its header in the file. */
  line: number;
}

/** Journals as files: out of the database and in again. */
@Injectable()
export class CassettesService {
  constructor(
    private readonly runs: RunsService,
    private readonly graphs: GraphsService,
  ) {}

  async export(principal: Principal, runId: string): Promise<{ name: string; text: string }> {
    const { run, events } = await this.runs.withJournal(principal, runId);
    const { tenantId } = principal;
    const stored = await this.graphs.content(tenantId, run.graphVersionId);
    const { source, enclosures } = stored;
    const { caseId, repeat, seed, matrix } = run;
    const base = matrix ? { base: stored.digest } : {};
    const graph = { name: run.graph, digest: run.graphDigest, source, ...base, ...enclosures };
    const header = {
      rehearse: 'cassette/v1',
      runId: run.id,
      graph,
      caseId,
      repeat,
      seed,
      ...(matrix && { matrix }),
      ...redactionOf(events, await this.redactionOf(principal, run)),
    } as const;
    return { name: `${run.graph}-${run.id}.jsonl`, text: writeCassette([{ header, events }]) };
  }

  /** What a fork took over is redacted as it was. */
  private async redactionOf(
    principal: Principal,
    { redaction, parent }: Pick<RunRecord, 'redaction' | 'parent'>,
  ): Promise<string | null> {
    if (parent === null || redaction === null) return redaction;
    const taken = await this.redactionOf(principal, await this.runs.find(principal.tenantId, parent.runId));
    // Where somebody else masked the prefix, and we what came behind it, neither profile says it all.
    return taken === redaction ? redaction : null;
  }

  /** Stores the runs of a cassette, all or none, after every link of their chains was checked. */
  async import(principal: Principal, body: unknown): Promise<CassetteImportAnswer> {
    const recordings = recordingsOf(body);
    const homes = new Map<string, Home>();
    const drafts: RecordedDraft[] = [];
    for (const recording of recordings) {
      const { name, digest } = recording.header.graph;
      const key = `${name} ${digest}`;
      const home = homes.get(key) ?? (await this.homeOf(principal, recording));
      homes.set(key, home);
      verify(recording, home);
      drafts.push(draftOf(recording, { home, createdBy: principal.userId }));
    }
    await this.runs.storeRecorded(principal.tenantId, drafts);
    this.runs.announce(
      principal.tenantId,
      drafts.map(({ id }) => id),
    );
    const runs = await Promise.all(drafts.map(({ id }) => this.runs.summary(principal, id)));
    return { run: await this.runs.get(principal, drafts[0]!.id), runs };
  }

  /** The graph version that was recorded: found by its digest, else made of the source in the header. */
  private async homeOf(principal: Principal, recording: Located): Promise<Home> {
    const { name, digest, base = digest, source } = recording.header.graph;
    const matrix = recording.header.matrix ?? null;
    requireOwnSource(recording);
    const known = await this.graphs.findByDigest(principal.tenantId, { name, digest: base });
    if (known) {
      const graph = await this.graphs.compiledVersion(principal.tenantId, known.versionId, matrix);
      if (graph && graph.digest !== digest)
        throw invalid(
          recording.line,
          'the matrix in the header does not make the graph that its digest names',
        );
      return { versionId: known.versionId, graph };
    }
    if (source === undefined)
      throw invalid(
        recording.line,
        `the graph ${name} is not here, and the header has no source; upload the graph first`,
      );
    if (isRecording(recording.events)) {
      const stored = await this.graphs.keepImported(principal, {
        name,
        digest,
        source,
        sourceDigest: sha256Hex(source),
      });
      return { versionId: stored.versionId, graph: null };
    }
    const compiled = compileGraph(source, optionsOf(recording.header.graph));
    if (!compiled.ok)
      throw invalid(
        recording.line,
        `the source of the graph has errors: ${compiled.diagnostics[0]?.message}`,
      );
    const { versionId } = await this.graphs.keep(principal, compiled.graph);
    return { versionId, graph: withValues(compiled.graph, matrix) ?? compiled.graph };
  }
}

/** The source is outside of the chain, so its digest is what binds it. An older release may have taken what this refuses. */
function requireOwnSource({ header, events, line }: Located): void {
  const { name, digest, source } = header.graph;
  if (source === undefined || isRecording(events)) return;
  const compiled = compileGraph(source, optionsOf(header.graph));
  const graph = compiled.ok ? withValues(compiled.graph, header.matrix ?? null) : null;
  if (compiled.ok && (graph?.digest !== digest || graph.name !== name))
    throw invalid(line, 'the source in the header is not the graph that its digest names');
}

function recordingsOf(body: unknown): Located[] {
  const text = textOf(body);
  const parsed = parseCassette(text);
  if (!parsed.ok) {
    const errors = parsed.problems.map(({ line, message, code }) => ({
      path: `line ${line}`,
      message: `${message} (${code})`,
    }));
    const [first] = errors;
    throw new AppError('cassette/invalid', `${first?.path}: ${first?.message}`, { errors });
  }
  const lines = headerLines(text);
  return parsed.runs.map((run, i) => ({ ...run, line: lines[i] ?? 1 }));
}

function textOf(body: unknown): string {
  if (typeof body === 'string' && body !== '') return body;
  const file = body instanceof MultipartBody ? body.files[0] : undefined;
  if (!file)
    throw new AppError('graph/no-file', 'Send the cassette as the body, or as the file of the field `file`.');
  return new TextDecoder().decode(file.bytes);
}

const headerLines = (text: string): number[] =>
  text.split('\n').flatMap((line, index) => (line.includes('"rehearse":"cassette/') ? [index + 1] : []));

function verify({ events, line }: Located, { graph }: Home): void {
  const end = events.at(-1);
  if (end?.type !== 'run.finished' && end?.type !== 'run.canceled')
    throw invalid(line, 'the recording breaks off: its last event is not the end of a run');
  if (events[0]?.type !== 'run.started') throw invalid(line + 1, 'a journal begins with run.started');
  if (!graph) {
    const { identical, divergence } = replayRecording({ events, graphDigest: '' });
    if (!identical)
      throw invalid(line + (divergence?.seq ?? 0), divergence?.message ?? 'the chain is broken');
    return;
  }
  const broken = verifyChain(events, laneNeedsOf(graph));
  if (broken) throw invalid(line + broken.event.seq, broken.message);
}

/** Made by an import of conversations: one node that nothing can run. */
const isRecording = (events: readonly JournalEvent[]): boolean =>
  events.some((event) => event.type === 'node.started' && event.data.type === 'recorded');

function draftOf(
  { header, events }: Recording,
  { home, createdBy }: { home: Home; createdBy: string | null },
): RecordedDraft {
  // The id in the file may be taken; digests do not cover it.
  const id = newId();
  const fold = foldRun(
    events,
    home.graph ? namedContracts(home.graph) : [],
    home.graph ? nodeTypesOf(home.graph) : undefined,
  );
  return {
    id,
    graphVersionId: home.versionId,
    experimentId: null,
    caseId: header.caseId,
    repeat: header.repeat,
    seed: header.seed,
    vars: fold.vars,
    ...(header.matrix && { matrix: { values: header.matrix, graphDigest: header.graph.digest } }),
    live: fold.live,
    offline: fold.offline,
    chaos: fold.chaos,
    createdBy,
    imported: home.graph === null,
    redaction: header.redaction,
    final: finalState(fold),
    events: events.map((event) => ({ ...event, runId: id })),
  };
}

const invalid = (line: number, message: string): AppError =>
  new AppError('cassette/invalid', `line ${line}: ${message}`, {
    errors: [{ path: `line ${line}`, message }],
  });
