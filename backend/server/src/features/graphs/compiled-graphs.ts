import { Injectable } from '@nestjs/common';
import { compileGraph, type CompiledGraph } from '@rehearse/engine';
import { LRUCache } from 'lru-cache';

/** Text of compiled graphs that is kept; a compiled graph takes a small multiple of it. */
const KEPT_CHARACTERS = 16 * 1_048_576;

/** A stored graph that this release cannot compile any more. */
export class GraphOutdated extends Error {}

/** Graph versions never change, so each is compiled once for as long as it is in use. */
@Injectable()
export class CompiledGraphs {
  readonly #kept = new LRUCache<string, CompiledGraph>({
    maxSize: KEPT_CHARACTERS,
    sizeCalculation: ({ source }) => Math.max(1, source.length),
  });

  /** The compiled graph of a version; `source` is asked for its text when it is not kept. */
  async get(versionId: string, source: () => Promise<string>): Promise<CompiledGraph> {
    const known = this.#kept.get(versionId);
    if (known) return known;
    const result = compileGraph(await source());
    if (!result.ok)
      throw new GraphOutdated(`graph version ${versionId}: ${result.diagnostics[0]?.message ?? 'refused'}`);
    this.keep(versionId, result.graph);
    return result.graph;
  }

  keep(versionId: string, graph: CompiledGraph): void {
    this.#kept.set(versionId, graph);
  }
}
