import type { SimulatedPersona, SimulationView } from '@rehearse/contracts';

export interface Conversing {
  id: string;
  persona: string;
  number: number;
  run: SimulatedPersona['runs'][number];
}

const isOpen = ({ status }: SimulatedPersona['runs'][number]): boolean =>
  status === 'running' || status === 'waiting' || status === 'paused';
const isQueued = ({ status }: SimulatedPersona['runs'][number]): boolean => status === 'queued';

/** Those that go on first, then those that have ended, last those that wait for a place; of one persona if it is asked for. */
export function conversationsOf(
  { personas }: Pick<SimulationView, 'personas'>,
  persona: string | undefined,
): Conversing[] {
  const all = personas
    .filter(({ name }) => persona === undefined || name === persona)
    .flatMap(({ name, runs }) =>
      runs.map((run, index) => ({ id: run.id, persona: name, number: index + 1, run })),
    );
  const rank = ({ run }: Conversing) => (isOpen(run) ? 0 : isQueued(run) ? 2 : 1);
  return all.sort((a, b) => rank(a) - rank(b));
}
