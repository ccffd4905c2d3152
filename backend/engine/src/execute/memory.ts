import type { Json, JsonObject } from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';
import { isBefore } from './causal-past.js';

interface Write {
  lane: string;
  /** Of the event that wrote it. */
  at: string;
  name: string;
  value: Json;
}

/** What agents remember: what the case gives them, and what they wrote since. */
export class Memory {
  readonly #writes: Write[] = [];

  write(write: Write): void {
    this.#writes.push(write);
  }

  /**
   * What is remembered at a place of the graph: of the writes that are before it in every run the last, so that what runs
   * beside it changes nothing. Without a place, of all writes.
   */
  seenFrom({ graph, memory }: Seen, at?: string): JsonObject {
    const seen = new Map<string, Write>();
    const writes = this.#writes.filter((write) => at === undefined || isBefore(graph, write.at, at));
    // In an order that is the same in every run: lanes by name, within a lane as it happened.
    for (const write of writes.toSorted((a, b) => (a.lane < b.lane ? -1 : Number(a.lane > b.lane)))) {
      const other = seen.get(write.name);
      const isOlder = other && other.lane !== write.lane && isBefore(graph, write.at, other.at);
      if (!isOlder) seen.set(write.name, write);
    }
    return { ...memory, ...Object.fromEntries([...seen].map(([name, { value }]) => [name, value])) };
  }
}

interface Seen {
  graph: CompiledGraph;
  /** What the case gives. */
  memory: JsonObject;
}
