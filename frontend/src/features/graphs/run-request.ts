import type { CreateExperimentRequest, ExecuteRequest, GraphView, JsonObject } from '@rehearse/contracts';

/** In place of the id of a case. */
export const OWN = '';
export const ALL = '*';

const MAX_SEED = 0xffff_ffff;
const MAX_REPEAT = 1_000;

/** What stands in the dialog. */
export interface RunChoice {
  /** The id of a case, OWN or ALL. */
  case: string;
  /** Of all cases only those whose id has this text. */
  filter: string;
  seed: string;
  repeat: string;
  /** The name of a profile; empty for none. */
  chaos: string;
  calls: 'usual' | 'offline' | 'live';
}

export const CALLS: { value: RunChoice['calls']; label: string; about: string }[] = [
  { value: 'usual', label: 'As configured', about: 'Models whose keys are set; tools by their mocks.' },
  { value: 'offline', label: 'Mocks only', about: 'Mock models and mock tools; nothing is spent.' },
  { value: 'live', label: 'Live tools', about: 'Tools make their real calls, also where they have a mock.' },
];

export type Start =
  | { kind: 'run'; request: ExecuteRequest }
  | { kind: 'experiment'; request: Omit<CreateExperimentRequest, 'graph'> };

const isWhole = (text: string, max: number): boolean => /^\d+$/.test(text) && Number(text) <= max;

/** What is wrong with the choice, by field. */
export function problemsOf(graph: GraphView, choice: RunChoice): Partial<Record<keyof RunChoice, string>> {
  const { seed, repeat } = choice;
  return {
    ...(seed !== '' && !isWhole(seed, MAX_SEED) && { seed: 'A whole number from 0 to 4294967295' }),
    ...((!isWhole(repeat, MAX_REPEAT) || Number(repeat) < 1) && { repeat: 'A whole number from 1 to 1000' }),
    ...(choice.case === ALL &&
      casesOf(graph, choice).length === 0 && { filter: 'No case has this in its id' }),
  };
}

/** The ids of the cases that are chosen. */
export function casesOf({ cases }: GraphView, choice: Pick<RunChoice, 'case' | 'filter'>): string[] {
  const ids = cases.map(({ id }) => id);
  if (choice.case !== ALL) return ids.filter((id) => id === choice.case);
  const wanted = choice.filter.trim().toLowerCase();
  return ids.filter((id) => id.toLowerCase().includes(wanted));
}

/** Whether the choice is more than one run. */
export const isExperiment = ({ case: chosen, repeat }: RunChoice): boolean =>
  chosen === ALL || (chosen !== OWN && Number(repeat) > 1);

/** What is sent; `vars` are the person's own or take the place of those of the case. */
export function startOf(graph: GraphView, choice: RunChoice, vars?: JsonObject): Start {
  const { seed, chaos, calls } = choice;
  const common = {
    ...(seed !== '' && { seed: Number(seed) }),
    ...(chaos !== '' && { chaos }),
    ...(calls === 'offline' && { offline: true }),
    ...(calls === 'live' && { live: true }),
  };
  if (vars === undefined && isExperiment(choice)) {
    const isFiltered = choice.case !== ALL || choice.filter.trim() !== '';
    const cases = isFiltered ? { cases: casesOf(graph, choice) } : {};
    return { kind: 'experiment', request: { ...cases, repeat: Number(choice.repeat), ...common } };
  }
  const inputs = { ...(choice.case !== OWN && { caseId: choice.case }), ...(vars && { vars }) };
  return { kind: 'run', request: { ...inputs, ...common } };
}
