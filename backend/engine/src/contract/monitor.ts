import type { JournalEvent, JsonObject, Severity } from '@rehearse/contracts';
import type { CompiledContract, CompiledTool } from '../graph/model.js';
import { RUN_LANE } from '../journal/digest.js';
import { eventBindings, isOnTrajectory, sees } from './predicate.js';
import { patternOf } from './patterns.js';

/** A contract that was broken by an event, or that could not be told. */
export type Finding = { id: string; key: string; severity: Severity } & (
  | { verdict: 'failed'; message: string; event: Pick<JournalEvent, 'seq' | 'key'> }
  | { verdict: 'errored'; message: string }
);

/** Watches a trajectory, live or recorded; each contract is reported once. */
export interface Monitor {
  observe(event: JournalEvent): Finding[];
  /** `endedEarly` says why nothing more can come; then what has not happened yet cannot be told. */
  end(endedEarly: string | null): Finding[];
}

interface Watched {
  contracts: readonly CompiledContract[];
  tools?: ReadonlyMap<string, CompiledTool>;
  vars: JsonObject;
}

export function watch({ contracts, tools, vars }: Watched): Monitor {
  const monitors = [
    ...contracts.map((contract) => watchContract(contract, vars)),
    watchReturns(tools ?? new Map()),
  ];
  return {
    observe: (event) => (isOnTrajectory(event) ? monitors.flatMap((monitor) => monitor.observe(event)) : []),
    end: (endedEarly) => monitors.flatMap((monitor) => monitor.end(endedEarly)),
  };
}

function watchContract(contract: CompiledContract, vars: JsonObject): Monitor {
  const pattern = patternOf(contract);
  const { id, severity, predicates } = contract;
  const found = { id, key: `contract/${id}`, severity };
  const relevant = Object.values(predicates);
  let isDone = false;
  let last: JournalEvent | null = null;
  const report = (finding: Finding): Finding[] => {
    isDone = true;
    return [finding];
  };
  return {
    observe(event) {
      last = event;
      if (isDone || !relevant.some((predicate) => sees(predicate, event))) return [];
      const bindings = eventBindings(event, vars);
      let failure: string | null = null;
      const message = pattern.observe((name) => {
        const predicate = predicates[name]!;
        if (!sees(predicate, event)) return false;
        const value = predicate.evaluate(bindings);
        if (!value.ok) failure ??= `${predicate.source}: ${value.error.message}`;
        return value.ok && value.value === true;
      });
      if (failure !== null) return report({ ...found, verdict: 'errored', message: failure });
      return message === null ? [] : report({ ...found, verdict: 'failed', message, event });
    },
    end(endedEarly) {
      const message = isDone ? null : pattern.end();
      if (message === null || last === null) return [];
      if (endedEarly !== null) return report({ ...found, verdict: 'errored', message: endedEarly });
      // What never happened is broken by the end of the run, whichever event came last.
      return report({ ...found, verdict: 'failed', message, event: { seq: last.seq, key: RUN_LANE } });
    },
  };
}

/** What a tool returns must fit its `returns`. */
function watchReturns(tools: ReadonlyMap<string, CompiledTool>): Monitor {
  const reported = new Set<string>();
  return {
    observe(event) {
      if (event.type !== 'tool.returned' || reported.has(event.data.tool)) return [];
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
