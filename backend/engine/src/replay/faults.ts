import type { ChaosFaultSpec, EventData, JournalEvent } from '@rehearse/contracts';
import type { CompiledChaosRule } from '../chaos/index.js';
import type { ForcedFault } from '../execute/chaos.js';
import { compileGraph } from '../graph/index.js';
import { refused, type Tried } from './problem.js';

/** The rule in the journal of a fault that a replay put in. */
export const REPLAY_RULE = 'replay';

/** The faults that replays put on calls of this run, as its journal says; those of a run that it was forked from too. */
export function forcedFaults(events: readonly JournalEvent[]): ForcedFault[] {
  return events.flatMap((event) => (event.type === 'fork.base' ? faultIn(event.data) : []));
}

function faultIn({ fault: forced }: EventData<'fork.base'>): ForcedFault[] {
  if (!forced) return [];
  const { key, attempt, on, fault } = forced;
  const compiled = compileFault(fault, on);
  return compiled.ok ? [{ key, attempt, rule: compiled.rule }] : [];
}

/** A fault as the YAML describes it, ready to be put on the calls `on`: `tool:lookup_order`, `llm:ask`. */
export function compileFault(spec: ChaosFaultSpec, on: string): Tried<{ rule: CompiledChaosRule }> {
  // A graph with nothing but this fault and somebody who makes the call: it is checked as the YAML of any other.
  const compiled = compileGraph(JSON.stringify(graphAround(spec, on)));
  const rule = compiled.ok ? compiled.graph.chaos.get(REPLAY_RULE)?.[0] : undefined;
  if (rule) return { ok: true, rule: { ...rule, id: REPLAY_RULE } };
  const first = compiled.diagnostics.find(({ severity }) => severity === 'error');
  const what = first?.suggestion ? `${first.message}; ${first.suggestion}` : first?.message;
  return refused('replay/bad-fault', 'fault', what ?? 'the fault cannot be understood');
}

function graphAround(spec: ChaosFaultSpec, on: string) {
  const name = on.slice(on.indexOf(':') + 1);
  const head = { apiVersion: 'rehearse/v1', kind: 'Graph', name: 'fault' };
  const chaos = { [REPLAY_RULE]: [{ on, ...spec }] };
  if (on.startsWith('tool:'))
    return {
      ...{ ...head, chaos },
      tools: { [name]: { mock: [{ return: null }] } },
      nodes: { caller: { type: 'tool', tool: name } },
    };
  return {
    ...{ ...head, chaos },
    providers: { main: { targets: [{ provider: 'mock', script: 'main' }] } },
    mocks: { main: [{ reply: { content: '' } }] },
    nodes: { [name]: { type: 'llm', provider: 'main', prompt: 'hi' } },
  };
}
