import { randomUUID } from 'node:crypto';
import { nodePorts, type CallSettings } from '@rehearse/adapters';
import type { JournalEvent } from '@rehearse/contracts';
import {
  attribute,
  canonicalJson,
  estimateOf,
  executeRun,
  foldRun,
  observe,
  planReruns,
  rerunKinds,
  rerunOf,
  type Loose,
  type Observed,
  type PlannedRerun,
  type Recording,
  type RerunKind,
} from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';
import { settingsFor } from '../run/execute-task.js';
import { script } from '../run/script.js';
import type { AttributeFlags } from './attribute-options.js';
import type { Attributed, Reporting } from './attribute-report.js';
import { boundedReruns } from './bounded-reruns.js';
import { readSamples, type Sample } from './samples.js';

/** A recorded run, what it did, and what was done again of it. */
interface Played extends Sample {
  observed: Observed;
  kinds: RerunKind[];
  reruns: { loose: Loose; observed: Observed }[];
}

/** Makes the reruns of the runs of a cassette in this process. */
export async function attributeCassette(
  io: Io,
  { file, flags, reporting }: { file: string; flags: AttributeFlags; reporting: Reporting },
): Promise<Attributed> {
  const runs = (await readSamples(io, { file, graph: flags.graph })).map(played);
  const cases = [...Map.groupBy(runs, placeKey).values()];
  const tapes = cases.flatMap((own) => own.filter(({ kinds }) => kinds.length > 0).slice(0, flags.tapes));
  const byId = new Map(tapes.map((tape) => [tape.recording.header.runId, tape]));
  const planned = planReruns(
    tapes.map(({ recording, kinds }) => ({ runId: recording.header.runId, kinds })),
    flags,
  );
  const estimateUsd = estimateOf(planned);
  reporting.planned({ reruns: planned.length, estimateUsd });
  const { maxCostUsd = null, concurrency, offline = false } = flags;
  if (maxCostUsd !== null && estimateUsd === null) throw unknownPrice();
  const settings = settingsFor(io, {});
  let spentUsd: number | null = 0;
  const { isCutShort } = await boundedReruns(planned, {
    ...{ maxCostUsd, concurrency, signal: io.signal },
    async make(rerun) {
      const tape = byId.get(rerun.runId)!;
      const events = await again(tape, { rerun, settings, offline, signal: io.signal });
      tape.reruns.push({ loose: rerun.loose, observed: observe(events) });
      const { costUsd } = foldRun(events);
      spentUsd = spentUsd === null || costUsd === null ? null : spentUsd + costUsd;
      reporting.progressed();
      return costUsd;
    },
  });
  const result = attribute(
    cases.map((own) => ({
      ...placeOf(own[0]!.recording),
      runs: own.map(({ observed }) => observed),
      tapes: own
        .map(({ observed: run, reruns }) => ({ run, reruns }))
        .filter(({ reruns }) => reruns.length > 0),
    })),
    flags,
  );
  return { of: file, repeats: flags.repeats, estimateUsd, spentUsd, isCutShort, result };
}

function played({ recording, graph }: Sample): Played {
  const { header, events } = recording;
  const observed = observe(events);
  const kinds = rerunKinds({ runId: header.runId, graph, events }, observed);
  return { recording, graph, observed, kinds, reruns: [] };
}

const unknownPrice = (): CliError =>
  new CliError({
    code: 'attribution/price-unknown',
    message: 'the price of a model is not known, so no limit of what is spent could be kept',
    hint: 'Give prices with PRICES_FILE, or leave --max-cost-usd out.',
  });

const placeOf = ({ header, events }: Recording) => {
  const [started] = events;
  const chaos = started?.type === 'run.started' ? started.data.chaos : null;
  return { caseId: header.caseId ?? '', matrix: header.matrix, chaos: chaos ?? undefined };
};

/** Of the graph, case, cell and profile. */
function placeKey({ recording, graph }: Played): string {
  const { caseId, matrix = null, chaos = null } = placeOf(recording);
  return canonicalJson([graph.digest, caseId, matrix, chaos]);
}

interface Again {
  rerun: PlannedRerun;
  settings: CallSettings;
  offline: boolean;
  signal: AbortSignal | undefined;
}

async function again(
  { graph, recording: { events: parent } }: Played,
  { rerun, settings, offline, signal }: Again,
): Promise<JournalEvent[]> {
  const runId = randomUUID();
  const made = rerunOf({ graph, events: parent, runId, nowMs: Date.now() }, rerun);
  if (!made.ok) throw new CliError({ code: made.problems[0]!.code, message: made.problems[0]!.message });
  const [started] = parent;
  if (started?.type !== 'run.started') throw new Error('a journal begins with run.started');
  const { seed, caseId, repeat, chaos, live } = started.data;
  const isOffline = offline || started.data.offline;
  const { events } = await executeRun({
    ...{ graph, runId, vars: made.vars, seed, caseId, repeat, chaos, live, offline: isOffline },
    ...{ recorded: made.events, parent, isFresh: true },
    ports: nodePorts({
      ...{ graph, runId, seed: rerun.seed, offline: isOffline, live, script, settings },
      human: { ask: async () => null },
    }),
    ...(signal && { signal }),
  });
  return events;
}
