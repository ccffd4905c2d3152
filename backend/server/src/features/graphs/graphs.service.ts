import {
  type Diagnostic,
  type GraphListItem,
  type GraphListQuery,
  type GraphVersionView,
  type GraphView,
  type PageQuery,
  type UploadAnswer,
  type ValidateAnswer,
  DEFAULT_PAGE,
} from '@rehearse/contracts';
import { compileGraph, type CompiledGraph } from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import { CURSOR_NAME, CURSOR_NUMBER, decodeCursor, pageOf } from '../../platform/http/cursor.js';
import type { Principal } from '../../platform/http/principal.js';
import { newId } from '../../platform/ids.js';
import { CompiledGraphs, GraphOutdated } from './compiled-graphs.js';
import type { GraphFile } from './graph-files.js';
import { importedOutline, nodeView, outlineOf } from './graph-outline.js';
import { parseGraphReference } from './graph-reference.js';
import { type GraphDraft, GraphsRepository, type StoredGraph } from './graphs.repository.js';

/** A graph version that runs can be made of. */
export interface ExecutableGraph {
  versionId: string;
  version: GraphVersionView;
  graph: CompiledGraph;
}

/** A recording's graph: text of ours that stands for it and is never compiled. */
export interface ImportedGraph {
  name: string;
  source: string;
  digest: string;
  sourceDigest: string;
}

type Compiled = { file: GraphFile; graph: CompiledGraph; diagnostics: Diagnostic[] };

@Injectable()
export class GraphsService {
  constructor(
    private readonly graphs: GraphsRepository,
    private readonly compiled: CompiledGraphs,
  ) {}

  /** Stores all files or, when one of them has errors, none; `created` is false when all were there already. */
  async upload(
    principal: Principal,
    files: readonly GraphFile[],
  ): Promise<{ answer: UploadAnswer; created: boolean }> {
    const checked = compileAll(files);
    const drafts = checked.map((one) => draftOf(one, principal));
    const stored = await this.graphs.store(principal.tenantId, drafts);
    stored.forEach(({ stored: { versionId } }, i) => this.compiled.keep(versionId, checked[i]!.graph));
    const views = stored.map(({ stored: graph }) => graphView(graph));
    const answer: UploadAnswer = {
      graph: views[0]!,
      diagnostics: checked.flatMap(({ diagnostics }) => diagnostics),
    };
    if (views.length > 1) answer.graphs = views;
    return { answer, created: stored.some(({ created }) => created) };
  }

  validate(file: GraphFile): ValidateAnswer {
    const result = compileGraph(file.source);
    if (!result.ok) return { valid: false, diagnostics: result.diagnostics, graph: null };
    const { name, digest, nodes } = result.graph;
    return {
      valid: true,
      diagnostics: result.diagnostics,
      graph: { name, digest, nodes: nodes.map(nodeView) },
    };
  }

  async list(
    principal: Principal,
    query: GraphListQuery,
  ): Promise<{ items: GraphListItem[]; nextCursor: string | null }> {
    const limit = query.limit ?? DEFAULT_PAGE;
    const [afterName] = query.cursor === undefined ? [] : decodeCursor(query.cursor, [CURSOR_NAME]);
    const rows = await this.graphs.list(principal.tenantId, { q: query.q, afterName, limit });
    return pageOf(rows, { limit, cursor: ({ name }) => [name] });
  }

  async get(principal: Principal, reference: string): Promise<GraphView> {
    return graphView(await this.find(principal.tenantId, reference));
  }

  async versions(principal: Principal, reference: string, query: PageQuery) {
    const { version } = await this.find(principal.tenantId, reference);
    const limit = query.limit ?? DEFAULT_PAGE;
    const [below] = query.cursor === undefined ? [] : decodeCursor(query.cursor, [CURSOR_NUMBER]);
    const page = { graphId: version.id, below: below === undefined ? undefined : Number(below), limit };
    const rows = await this.graphs.versions(principal.tenantId, page);
    return pageOf(rows, { limit, cursor: ({ version: number }) => [String(number)] });
  }

  async yaml(principal: Principal, reference: string): Promise<{ source: string; digest: string }> {
    const { versionId, version } = await this.find(principal.tenantId, reference);
    return { source: await this.sourceOf(principal.tenantId, versionId), digest: version.sourceDigest };
  }

  /** The graph that a reference names, ready to run, or `graph/not-executable`. */
  async executable(tenantId: string, reference: string): Promise<ExecutableGraph> {
    const { versionId, version } = await this.find(tenantId, reference);
    if (version.imported)
      throw new AppError(
        'graph/not-executable',
        `${version.name} stands for imported recordings; there is nothing to run.`,
      );
    return { versionId, version, graph: await this.compile(tenantId, versionId) };
  }

  /** The compiled graph of a version, or null when it stands for recordings. */
  async compiledVersion(tenantId: string, versionId: string): Promise<CompiledGraph | null> {
    const stored = await this.graphs.findVersion(tenantId, versionId);
    return stored && !stored.version.imported ? this.compile(tenantId, versionId) : null;
  }

  source(tenantId: string, versionId: string): Promise<string> {
    return this.sourceOf(tenantId, versionId);
  }

  /** Stores the text of a graph that has been compiled, or finds the version that has it. */
  async keep(principal: Principal, graph: CompiledGraph): Promise<ExecutableGraph> {
    const compiled = { file: { name: graph.name, source: graph.source }, graph, diagnostics: [] };
    const [answer] = await this.graphs.store(principal.tenantId, [draftOf(compiled, principal)]);
    const { versionId, version } = answer!.stored;
    this.compiled.keep(versionId, graph);
    return { versionId, version, graph };
  }

  /** Stores the graph that stands for recordings, or finds it. */
  async keepImported(principal: Principal, graph: ImportedGraph): Promise<StoredGraph> {
    const draft: GraphDraft = {
      ...graph,
      ...newIds(principal),
      labels: {},
      description: 'Stands for imported recordings.',
      diagnostics: [],
      outline: importedOutline(),
    };
    const [answer] = await this.graphs.store(principal.tenantId, [draft]);
    return answer!.stored;
  }

  /** The version whose document has this digest, if it is here. */
  findByDigest(tenantId: string, which: { name: string; digest: string }): Promise<StoredGraph | null> {
    return this.graphs.findByDigest(tenantId, which);
  }

  async find(tenantId: string, reference: string): Promise<StoredGraph> {
    const parsed = parseGraphReference(reference);
    const stored = parsed && (await this.graphs.find(tenantId, parsed));
    if (!stored) throw new AppError('graph/not-found', 'No graph has this id, name or version.');
    return stored;
  }

  private async compile(tenantId: string, versionId: string): Promise<CompiledGraph> {
    try {
      return await this.compiled.get(versionId, () => this.sourceOf(tenantId, versionId));
    } catch (error) {
      if (!(error instanceof GraphOutdated)) throw error;
      throw new AppError(
        'graph/not-executable',
        `This release does not accept the graph any more: ${error.message}.`,
      );
    }
  }

  private async sourceOf(tenantId: string, versionId: string): Promise<string> {
    const source = await this.graphs.source(tenantId, versionId);
    if (source === null) throw new AppError('graph/not-found', 'No graph has this id, name or version.');
    return source;
  }
}

function compileAll(files: readonly GraphFile[]): Compiled[] {
  if (files.length === 0)
    throw new AppError('graph/no-file', 'Send a YAML document as the body, or files in the field `file`.');
  const results = files.map((file) => ({ file, result: compileGraph(file.source) }));
  const isOnly = files.length === 1;
  const failed = results.flatMap(({ file, result }) =>
    result.ok ? [] : located(result.diagnostics, isOnly ? null : file),
  );
  if (failed.length > 0) throw new AppError('graph/invalid', problemSummary(failed), { errors: failed });
  return results.map(({ file, result }) => {
    if (!result.ok) throw new Error('unreachable: failed files were reported above');
    return { file, graph: result.graph, diagnostics: located(result.diagnostics, isOnly ? null : file) };
  });
}

/** Among several files a finding names its own. */
const located = (diagnostics: readonly Diagnostic[], file: GraphFile | null): Diagnostic[] =>
  diagnostics.map((one) => (file ? { ...one, message: `${file.name}: ${one.message}` } : one));

function problemSummary(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const where = first ? `line ${first.line}, column ${first.column}: ${first.message}` : 'it was refused';
  return errors.length > 1 ? `${errors.length} errors; the first at ${where}` : `At ${where}`;
}

const newIds = (principal: Principal) => ({
  graphId: newId(),
  versionId: newId(),
  createdBy: principal.userId,
});

const draftOf = ({ graph, diagnostics }: Compiled, principal: Principal): GraphDraft => ({
  ...newIds(principal),
  name: graph.name,
  digest: graph.digest,
  sourceDigest: graph.sourceDigest,
  source: graph.source,
  labels: graph.document.labels ?? {},
  description: graph.document.description ?? null,
  diagnostics,
  outline: outlineOf(graph),
});

const graphView = ({ version, outline, diagnostics }: StoredGraph): GraphView => ({
  ...version,
  nodes: outline.nodes,
  contracts: outline.contracts,
  cases: outline.cases,
  inputs: outline.inputs,
  diagnostics,
});
