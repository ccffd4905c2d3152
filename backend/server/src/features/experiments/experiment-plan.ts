import type { CreateExperimentRequest, JsonObject, Matrix } from '@rehearse/contracts';
import {
  checkVars,
  closestName,
  type CompiledGraph,
  countRuns,
  followUpsOf,
  type PlannedCase,
  type PlannedRun,
  planRuns,
  variantsOf,
} from '@rehearse/engine';
import { AppError } from '../../platform/errors/index.js';
import { newIds } from '../../platform/ids.js';
import { chaosOf, invalidVars, type RunDraft, unknownCase } from '../runs/index.js';

/** More are split into several experiments; every one of them is a row and a journal. */
export const MAX_RUNS = 20_000;

type Around = Pick<RunDraft, 'graphVersionId' | 'experimentId' | 'createdBy'>;

/** The runs of an experiment: profiles of faults × cases × cells of the matrix × repeats, each case with its follow-ups. */
export function runDrafts(
  graph: CompiledGraph,
  request: CreateExperimentRequest,
  around: Around,
): RunDraft[] {
  const profiles = profilesOf(graph, request);
  const planned = plan(graph, request, profiles.length);
  const { live = false, offline = false } = request;
  const drafts = profiles.flatMap((chaos) =>
    planned.flatMap((repeats) => withFollowUps(repeats, { ...around, chaos, live, offline })),
  );
  const ids = newIds(drafts.length);
  // Ids in the order of the runs keep lists in it.
  const idOf = new Map(drafts.map((draft, at) => [draft, ids[at]!]));
  return drafts.map((draft) => {
    const { follows, ...rest } = draft;
    const id = idOf.get(draft)!;
    return { ...rest, id, ...(follows && { follows: { ...follows, runId: idOf.get(follows.run)! } }) };
  });
}

type Draft = Omit<RunDraft, 'id' | 'follows'> & { follows?: { run: Draft; relation: string } };

/** The repeats of a case, and behind them its follow-ups, relation by relation. */
function withFollowUps(
  repeats: readonly PlannedRun[],
  around: Around & Pick<RunDraft, 'chaos' | 'live' | 'offline'>,
): Draft[] {
  const sources = repeats.map((run) => ({ draft: { ...around, ...ofRun(run) }, followUps: followUps(run) }));
  const behind = sources[0]!.followUps.map((_, at) =>
    sources.map(({ draft, followUps: of }): Draft => {
      const { caseId, vars, relation } = of[at]!;
      return { ...draft, caseId, vars, follows: { run: draft, relation } };
    }),
  );
  return [...sources.map(({ draft }) => draft), ...behind.flat()];
}

const ofRun = ({ caseId, repeat, seed, vars, matrix, graph }: PlannedRun) => ({
  ...{ caseId, repeat, seed, vars },
  matrix: matrix ? { values: matrix, graphDigest: graph.digest } : undefined,
});

function followUps({
  graph,
  caseId,
  vars,
}: {
  graph: CompiledGraph;
  caseId: string | null;
  vars: JsonObject;
}) {
  const made = followUpsOf(graph, { caseId, vars });
  if (made.ok) return made.followUps;
  throw new AppError('experiment/bad-follow-up', `${caseId ?? graph.name}: ${made.message}`);
}

function profilesOf(graph: CompiledGraph, { chaos }: CreateExperimentRequest): (string | null)[] {
  if (!Array.isArray(chaos)) return [chaosOf(graph, { chaos })];
  return [...new Set(chaos)].map((profile) => chaosOf(graph, { chaos: profile ?? undefined }));
}

/** The runs that are made for each profile, those of one case and cell together. */
function plan(stored: CompiledGraph, request: CreateExperimentRequest, profiles: number): PlannedRun[][] {
  const { seed } = request;
  const repeat = typeof request.repeat === 'object' ? request.repeat.runs : request.repeat;
  const graph = request.matrix ? { ...stored, variants: cellsOf(stored, request.matrix) } : stored;
  const choice = { isMeant: chosen(graph, request), repeat, seed };
  const count = countRuns(graph, choice) * profiles * (1 + graph.metamorphic.length);
  if (count > MAX_RUNS)
    throw new AppError('request/invalid', `These are ${count} runs; an experiment has at most ${MAX_RUNS}.`);
  if (count === 0) throw new AppError('request/invalid', 'No case fits what is asked for.');
  const problems = graph.cases.size === 0 ? checkVars(graph, {}) : [];
  if (problems.length > 0) throw invalidVars(problems);
  return groupsOf(planRuns(graph, choice));
}

function groupsOf(runs: Iterable<PlannedRun>): PlannedRun[][] {
  const groups: PlannedRun[][] = [];
  for (const run of runs) {
    if (run.repeat === 0) groups.push([]);
    groups.at(-1)!.push(run);
  }
  return groups;
}

function cellsOf(graph: CompiledGraph, matrix: Matrix): CompiledGraph['variants'] {
  const made = variantsOf(graph, matrix);
  if (made.ok) return made.variants;
  // A finding stands at a place of the graph, where the matrix is not: its path says which part is meant.
  const errors = made.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ path, message, suggestion }) => ({
      path,
      message: suggestion ? `${message} (${suggestion})` : message,
    }));
  const [first] = errors;
  throw new AppError('experiment/invalid-matrix', `${first?.path}: ${first?.message}`, { errors });
}

function chosen(
  graph: CompiledGraph,
  { cases, dataset }: CreateExperimentRequest,
): (one: PlannedCase) => boolean {
  const unknown = cases?.find((id) => !graph.cases.find(id));
  if (unknown !== undefined) throw unknownCase(graph, unknown);
  if (dataset !== undefined && !graph.cases.files.includes(dataset)) throw unknownDataset(graph, dataset);
  const ids = cases && new Set(cases);
  return (one) => (!ids || ids.has(one.id)) && (dataset === undefined || one.dataset === dataset);
}

function unknownDataset({ cases: { files } }: CompiledGraph, dataset: string): AppError {
  const near = closestName(dataset, files);
  const list = files.length === 0 ? 'it has none' : `it has ${files.join(', ')}`;
  const hint = near === undefined ? list : `did you mean ${near}?`;
  return new AppError('experiment/unknown-dataset', `The graph has no data set ${dataset}; ${hint}`);
}
