import type { SimulatedPersona, SimulationView } from '@rehearse/contracts';
import { canonicalJson } from '@rehearse/engine';
import { type ExperimentRecord, type ExperimentRun, experimentSummary } from '../experiments/index.js';
import type { Simulated } from './simulated-personas.js';

/** What is kept with the experiment that a simulation is. */
export interface SimulationParams {
  node: string;
  agent: SimulationView['agent'];
  n: number;
  personas: Simulated[];
}

/** Where the personas take turns in the graph. */
export const personaPath = (node: string): string => `nodes.${node}.persona`;

export const simulationIn = ({ params }: ExperimentRecord): SimulationParams | undefined =>
  params['simulation'] as unknown as SimulationParams | undefined;

export function simulationView(
  record: ExperimentRecord,
  { params, runs, mostRuns }: { params: SimulationParams; runs: readonly ExperimentRun[]; mostRuns: number },
): SimulationView {
  const { node, agent, n, personas } = params;
  const path = personaPath(node);
  const byPersona = new Map<string, ExperimentRun[]>();
  for (const run of runs) {
    const key = canonicalJson(run.matrix?.[path] ?? null);
    const own = byPersona.get(key);
    if (own) own.push(run);
    else byPersona.set(key, [run]);
  }
  return {
    ...experimentSummary(record),
    ...{ node, agent, n },
    personas: personas.map((persona) =>
      personaView(persona, { runs: byPersona.get(canonicalJson(persona.value)) ?? [], mostRuns }),
    ),
  };
}

function personaView(
  { name, goal, source }: Simulated,
  { runs, mostRuns }: { runs: readonly ExperimentRun[]; mostRuns: number },
): SimulatedPersona {
  const count = (verdict: string) => runs.filter((run) => run.verdict === verdict).length;
  const [passed, failed] = [count('passed'), count('failed')];
  const shown = runs.slice(0, mostRuns).map(({ id, caseId, repeat, status, verdict, durationMs }) => ({
    ...{ id, caseId, repeat, status, verdict, durationMs },
  }));
  return { name, goal, source, passed, scored: passed + failed, total: runs.length, runs: shown };
}
