import {
  type Diagnostic,
  type GraphListItem,
  type GraphListQuery,
  type GraphVersionView,
  type GraphView,
  type JsonObject,
  type PageQuery,
  type PersonaUploadAnswer,
  type UploadAnswer,
  type ValidateAnswer,
  DEFAULT_PAGE,
} from '@rehearse/contracts';
import {
  compileGraph,
  type CompiledGraph,
  type CompileOptions,
  graphReferences,
  optionsOf,
} from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import { CURSOR_NAME, CURSOR_NUMBER, decodeCursor, pageOf } from '../../platform/http/cursor.js';
import type { Principal } from '../../platform/http/principal.js';
import { newId } from '../../platform/ids.js';
import type { CheckedSuite } from './check-suite.js';
import { type CheckedGraph, type CheckedUpload, checkUpload } from './check-upload.js';
import { CompiledGraphs, GraphOutdated } from './compiled-graphs.js';
import type { GraphFile } from './graph-files.js';
import { importedOutline, nodeView, outlineOf } from './graph-outline.js';
import { PersonasService } from './personas.service.js';
import { parseGraphReference } from './graph-reference.js';
import {
  type GraphDraft,
  GraphsRepository,
  type StoredContent,
  type StoredGraph,
} from './graphs.repository.js';
import { settingsDigest, suiteDraft } from './suite-drafts.js';
import { type StoredSuite, SuitesRepository } from './suites.repository.js';

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

@Injectable()
export class GraphsService {
  constructor(
    private readonly graphs: GraphsRepository,
    private readonly compiled: CompiledGraphs,
    private readonly suites: SuitesRepository,
    private readonly personas: PersonasService,
  ) {}

  /** Takes what was uploaded: graphs and suites, or personas alone, which are kept by their names. */
  async take(
    principal: Principal,
    files: readonly GraphFile[],
  ): Promise<{ answer: UploadAnswer | PersonaUploadAnswer; created: boolean }> {
    const checked = await this.check(principal, files);
    const { graphs, suites, personas, diagnostics, hasErrors } = checked;
    const isPersonas = !hasErrors && graphs.length + suites.length === 0 && personas.length > 0;
    return isPersonas
      ? this.personas.keep(principal, personas, diagnostics)
      : this.store(principal, files, checked);
  }

  /** Stores all files or, when one of them has errors, none; `created` is false when all were there already. */
  async upload(
    principal: Principal,
    files: readonly GraphFile[],
  ): Promise<{ answer: UploadAnswer; created: boolean }> {
    return this.store(principal, files, await this.check(principal, files));
  }

  private async store(
    principal: Principal,
    files: readonly GraphFile[],
    { graphs, suites, diagnostics, hasErrors }: CheckedUpload,
  ): Promise<{ answer: UploadAnswer; created: boolean }> {
    const all = withMembers(graphs, suites);
    if (hasErrors || all.length === 0) {
      const errors = hasErrors
        ? diagnostics
        : files.flatMap(({ source }) => compileGraph(source).diagnostics);
      throw new AppError('graph/invalid', problemSummary(errors), { errors });
    }
    const drafts = all.map((one) => draftOf(one, principal));
    const { stored, kept } = await this.graphs.together(principal.tenantId, async () => {
      const stored = await this.graphs.store(principal.tenantId, drafts);
      const baseOf = new Map(drafts.map((draft, i) => [identityOf(draft), stored[i]!.stored]));
      const kept: { stored: StoredSuite; created: boolean }[] = [];
      for (const suite of suites) kept.push(await this.keepSuite(principal, suite, baseOf));
      return { stored, kept };
    });
    stored.forEach(({ stored: { versionId } }, i) => this.compiled.keep(versionId, all[i]!.graph));
    const views = stored.map(({ stored: graph }) => graphView(graph));
    const answer: UploadAnswer = { graph: views[0]!, diagnostics };
    if (views.length > 1) answer.graphs = views;
    if (kept.length > 0) answer.suites = kept.map(({ stored: { view } }) => view);
    return { answer, created: [...stored, ...kept].some(({ created }) => created) };
  }

  /** Stores a suite, and each of its graphs with its settings beside the graph as it was uploaded. */
  private async keepSuite(
    principal: Principal,
    suite: CheckedSuite,
    baseOf: ReadonlyMap<string, StoredGraph>,
  ): Promise<{ stored: StoredSuite; created: boolean }> {
    const versions: string[] = [];
    for (const { graph, own } of suite.graphs) {
      const base = baseOf.get(identityOf(own?.graph ?? graph))!;
      if (!own || own.graph.sourceDigest === graph.sourceDigest) {
        versions.push(base.versionId);
        continue;
      }
      const draft = { ...draftOf({ graph, diagnostics: [] }, principal), settings: settingsDigest(suite) };
      const { versionId } = await this.graphs.storeBeside(principal.tenantId, base, draft);
      versions.push(versionId);
    }
    return this.suites.store(principal.tenantId, suiteDraft(suite, { principal, versions }));
  }

  async validate(principal: Principal, files: readonly GraphFile[]): Promise<ValidateAnswer> {
    const { graphs, diagnostics, hasErrors } = await this.check(principal, files);
    const [only, second] = graphs;
    if (hasErrors || !only || second) return { valid: !hasErrors, diagnostics, graph: null };
    const { name, digest, nodes } = only.graph;
    return { valid: true, diagnostics, graph: { name, digest, nodes: nodes.map(nodeView) } };
  }

  /** Graphs and personas that a document names and that are not beside it are those of the tenant. */
  private async check({ tenantId }: Principal, files: readonly GraphFile[]): Promise<CheckedUpload> {
    if (files.length === 0)
      throw new AppError('graph/no-file', 'Send a YAML document as the body, or files in the field `file`.');
    const references = new Set(files.flatMap(({ source }) => graphReferences(source)));
    const graphs = new Map<string, { source: string } & CompileOptions>();
    for (const reference of references) {
      const parsed = parseGraphReference(reference);
      const stored = parsed && (await this.graphs.find(tenantId, parsed));
      if (!stored || stored.version.imported) continue;
      const { source, enclosures } = await this.content(tenantId, stored.versionId);
      graphs.set(reference, { source, ...optionsOf(enclosures) });
    }
    return checkUpload(files, { graphs, personas: await this.personas.own(tenantId) });
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
    const { source } = await this.content(principal.tenantId, versionId);
    return { source, digest: version.sourceDigest };
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

  /** The same of a version, which may be one with the settings of a suite. */
  async executableVersion(tenantId: string, versionId: string): Promise<ExecutableGraph> {
    const stored = await this.graphs.findVersion(tenantId, versionId);
    if (!stored) throw new AppError('graph/not-found', 'No graph has this id, name or version.');
    return { versionId, version: stored.version, graph: await this.compile(tenantId, versionId) };
  }

  /** The compiled graph of a version, or null when it stands for recordings. */
  async compiledVersion(
    tenantId: string,
    versionId: string,
    matrix: JsonObject | null = null,
  ): Promise<CompiledGraph | null> {
    const stored = await this.graphs.findVersion(tenantId, versionId);
    return stored && !stored.version.imported ? this.compile(tenantId, versionId, matrix) : null;
  }

  /** What a version is made of. */
  async content(tenantId: string, versionId: string): Promise<StoredContent> {
    const content = await this.graphs.content(tenantId, versionId);
    if (!content) throw new AppError('graph/not-found', 'No graph has this id, name or version.');
    return content;
  }

  /** Stores the text of a graph that has been compiled, or finds the version that has it. */
  async keep(principal: Principal, graph: CompiledGraph): Promise<ExecutableGraph> {
    const draft = draftOf({ graph, diagnostics: [] }, principal);
    const [answer] = await this.graphs.store(principal.tenantId, [draft]);
    const { versionId, version } = answer!.stored;
    this.compiled.keep(versionId, graph);
    return { versionId, version, graph };
  }

  /** Stores the graph that stands for recordings, or finds it. */
  async keepImported(principal: Principal, graph: ImportedGraph): Promise<StoredGraph> {
    const draft: GraphDraft = {
      ...graph,
      ...newIds(principal),
      enclosures: {},
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

  private async compile(
    tenantId: string,
    versionId: string,
    matrix: JsonObject | null = null,
  ): Promise<CompiledGraph> {
    try {
      return await this.compiled.get(versionId, () => this.content(tenantId, versionId), matrix);
    } catch (error) {
      if (!(error instanceof GraphOutdated)) throw error;
      throw new AppError(
        'graph/not-executable',
        `This release does not accept the graph any more: ${error.message}.`,
      );
    }
  }
}

type Identity = Pick<CompiledGraph, 'name' | 'sourceDigest'>;
const identityOf = ({ name, sourceDigest }: Identity): string => `${name} ${sourceDigest}`;

/** The graphs of an upload, and those that its suites have besides: each once. */
function withMembers(graphs: readonly CheckedGraph[], suites: readonly CheckedSuite[]): CheckedGraph[] {
  const members = suites.flatMap((suite) =>
    suite.graphs.map(({ graph, own }) => own ?? { graph, diagnostics: [] }),
  );
  const all = new Map<string, CheckedGraph>();
  for (const one of [...graphs, ...members]) {
    const identity = identityOf(one.graph);
    if (!all.has(identity)) all.set(identity, one);
  }
  return [...all.values()];
}

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

const draftOf = ({ graph, diagnostics }: CheckedGraph, principal: Principal): GraphDraft => ({
  ...newIds(principal),
  name: graph.name,
  digest: graph.digest,
  sourceDigest: graph.sourceDigest,
  source: graph.source,
  enclosures: graph.enclosures,
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
  caseCount: outline.caseCount ?? outline.cases.length,
  chaos: outline.chaos ?? [],
  inputs: outline.inputs,
  diagnostics,
});
