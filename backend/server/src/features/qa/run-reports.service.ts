import type {
  AssertionReport,
  AssertionView,
  JournalEvent,
  RunAssertions,
  RunCompliance,
  RunTimeline,
} from '@rehearse/contracts';
import {
  type CompiledGraph,
  complianceOf,
  expectations,
  foldRun,
  laneNeedsOf,
  namedContracts,
  nodeTypesOf,
  type RunFold,
  timelineOf,
  verifyChain,
} from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/http/index.js';
import { type RunRecord, runSummary, RunsService, type RunWithJournal } from '../runs/index.js';
import { RunReportsRepository, type Sibling } from './run-reports.repository.js';

/** What QA and auditors ask of a run, live, finished, imported or forked. */
@Injectable()
export class RunReportsService {
  constructor(
    private readonly runs: RunsService,
    private readonly reports: RunReportsRepository,
  ) {}

  async timeline(principal: Principal, runId: string): Promise<RunTimeline> {
    const { run, events } = await this.runs.withJournalSoFar(principal, runId);
    const [first] = events;
    const queuedMs = first ? Math.max(0, Date.parse(first.at) - Date.parse(run.createdAt)) : null;
    return { run: runSummary(run), startedAt: first?.at ?? null, queuedMs, ...timelineOf(events) };
  }

  async compliance(principal: Principal, runId: string): Promise<RunCompliance> {
    const journal = await this.runs.withJournalSoFar(principal, runId);
    const { run, events, graph } = journal;
    const report = complianceOf({ events, fold: foldOf(journal), budget: graph?.budget ?? null });
    return { run: runSummary(run), ...report, chain: chainOf(events, graph) };
  }

  async assertions(principal: Principal, runId: string): Promise<RunAssertions> {
    const journal = await this.runs.withJournalSoFar(principal, runId);
    const { run, graph } = journal;
    const { assertions } = foldOf(journal);
    const siblings = await this.reports.siblings(run);
    const expected = graph ? expectations(graph, run.caseId) : () => null;
    return {
      run: runSummary(run),
      assertions: assertions.map((view) => reportOf(view, { run, siblings, expected })),
    };
  }
}

/** What is stored of a run that has ended counts; one that goes on is folded. */
function foldOf({ run, events, graph }: RunWithJournal): RunFold {
  if (run.views) return { ...foldRun(events), ...run.views };
  return foldRun(events, graph ? namedContracts(graph) : [], graph ? nodeTypesOf(graph) : undefined);
}

/** Graphs of imported recordings have one lane each; there a link follows the one before it. */
function chainOf(events: readonly JournalEvent[], graph: CompiledGraph | null): RunCompliance['chain'] {
  const broken = verifyChain(events, graph ? laneNeedsOf(graph) : () => []);
  return { isWhole: broken === null, message: broken?.message ?? null };
}

interface Around {
  run: RunRecord;
  siblings: readonly Sibling[];
  expected: ReturnType<typeof expectations>;
}

function reportOf(view: AssertionView, { siblings, expected }: Around): AssertionReport {
  const repeats = siblings.flatMap(({ runId, repeat, assertions }) => {
    const same = assertions.find(({ id }) => id === view.id);
    return same ? [{ runId, repeat, verdict: same.verdict, score: same.score, reason: same.reason }] : [];
  });
  const verdicts = new Set([view.verdict, ...repeats.map(({ verdict }) => verdict)]);
  const expectation = expected(view.id);
  return {
    ...view,
    expected: expectation?.value ?? null,
    actual: view.evidence ?? null,
    line: expectation?.line ?? null,
    repeats,
    isFlaky: verdicts.has('passed') && verdicts.has('failed'),
  };
}
