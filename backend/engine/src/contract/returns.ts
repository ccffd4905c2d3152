import type { JournalEvent } from '@rehearse/contracts';
import type { CompiledTool } from '../graph/model.js';
import type { Monitor } from './monitor.js';

const placeOf = ({ key, attempt }: JournalEvent): string => `${key} ${attempt}`;

/** What a tool returns must fit its `returns`. A tool of the same name in a graph within the graph is another one. */
export function watchReturns(
  tools: ReadonlyMap<string, CompiledTool>,
  isOwn: (lane: string) => boolean,
): Monitor {
  const reported = new Set<string>();
  /** What chaos did to an answer is no fault of the tool. */
  const spoilt = new Set<string>();
  return {
    observe(event) {
      if (event.type === 'chaos.injected') spoilt.add(placeOf(event));
      if (spoilt.has(placeOf(event))) return [];
      if (event.type !== 'tool.returned' || reported.has(event.data.tool)) return [];
      if (!isOwn(event.lane)) return [];
      const problems = tools.get(event.data.tool)?.returns?.check(event.data.result) ?? [];
      if (problems.length === 0) return [];
      reported.add(event.data.tool);
      const id = `tools.${event.data.tool}.returns`;
      const what = problems.map(({ path, message }) => `${path || 'it'} ${message}`).join('; ');
      const message = `what ${event.data.tool} returned does not fit: ${what}`;
      return [{ id, key: `contract/${id}`, severity: 'major', verdict: 'failed', message, event }];
    },
    end: () => [],
  };
}
