import { Injectable } from '@nestjs/common';
import type { Enclosures, JsonObject } from '@rehearse/contracts';
import { canonicalJson, compileGraph, type CompiledGraph, optionsOf, withValues } from '@rehearse/engine';
import { LRUCache } from 'lru-cache';

/** Text of compiled graphs that is kept; a compiled graph takes a small multiple of it. */
const KEPT_CHARACTERS = 64 * 1_048_576;

/** A graph version as it is stored: enough to compile it. */
export interface GraphContent {
  source: string;
  enclosures: Enclosures;
}

/** A stored graph that this release cannot compile any more. */
export class GraphOutdated extends Error {}

/** Graph versions never change, so each is compiled once for as long as it is in use. */
@Injectable()
export class CompiledGraphs {
  readonly #kept = new LRUCache<string, CompiledGraph>({
    maxSize: KEPT_CHARACTERS,
    sizeCalculation: ({ source, enclosures, base }) =>
      // A graph of a matrix shares its texts with the one that it was made of.
      1 + source.length + (base === undefined ? sizeOf(enclosures) : 0),
  });

  /**
   * The compiled graph of a version, with the values of a matrix where there are some; `content` is asked for what it is
   * made of when it is not kept.
   */
  async get(
    versionId: string,
    content: () => Promise<GraphContent>,
    matrix: JsonObject | null = null,
  ): Promise<CompiledGraph> {
    const graph = this.#kept.get(versionId) ?? (await this.#compile(versionId, content));
    if (matrix === null) return graph;
    const key = `${versionId} ${canonicalJson(matrix)}`;
    const cell = this.#kept.get(key) ?? withValues(graph, matrix);
    if (!cell) throw new GraphOutdated(`graph version ${versionId}: the values of the matrix do not fit`);
    this.#kept.set(key, cell);
    return cell;
  }

  async #compile(versionId: string, content: () => Promise<GraphContent>): Promise<CompiledGraph> {
    const { source, enclosures } = await content();
    const result = compileGraph(source, optionsOf(enclosures));
    if (!result.ok)
      throw new GraphOutdated(`graph version ${versionId}: ${result.diagnostics[0]?.message ?? 'refused'}`);
    this.keep(versionId, result.graph);
    return result.graph;
  }

  keep(versionId: string, graph: CompiledGraph): void {
    this.#kept.set(versionId, graph);
  }
}

function sizeOf({ files = {}, graphs = {} }: Enclosures): number {
  const texts = Object.values(files).reduce((sum, text) => sum + text.length, 0);
  return Object.values(graphs).reduce((sum, graph) => sum + graph.source.length + sizeOf(graph), texts);
}
