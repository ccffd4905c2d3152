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
  timelineOf,
  verifyChain,
} from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/http/index.js';
import { type RunRecord, runSummary, RunsService } from '../runs/index.js';
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
    const { run, events, graph } = await this.runs.withJournalSoFar(principal, runId);
    const fold = run.views
      ? { ...foldRun(events), ...run.views }
      : foldRun(events, graph ? namedContracts(graph) : [], graph ? nodeTypesOf(graph) : undefined);
    const report = complianceOf({ events, fold, budget: graph?.budget ?? null });
    return { run: runSummary(run), ...report, chain: chainOf(events, graph) };
  }

  async assertions(principal: Principal, runId: string): Promise<RunAssertions> {
    const { run, graph } = await this.runs.withJournalSoFar(principal, runId);
    const { assertions } = await this.runs.get(principal, runId);
    const siblings = await this.reports.siblings(run);
    const expected = graph ? expectations(graph, run.caseId) : () => null;
    return {
      run: runSummary(run),
      assertions: assertions.map((view) => reportOf(view, { run, siblings, expected })),
    };
  }
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
