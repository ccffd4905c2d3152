import type {
  AssertionView,
  ContractRule,
  ContractView,
  EndReason,
  Json,
  JournalEvent,
  JsonObject,
  RunStatus,
  RunVerdict,
  StepError,
  StepView,
} from '@rehearse/contracts';
import { addCosts, type Cost } from './cost.js';
import { elapsedMs } from './instant.js';
import { filePlaceOf } from './keys.js';
import { RerunSpending } from './rerun-spending.js';
import { foldStep, type NodeTypes, type StepFold } from './fold-step.js';

/** What the contracts of a graph are called, so that those that hold are listed too. */
export interface NamedContract {
  id: string;
  /** Of its finding, as it stands in the file; default `contract/` and the id. */
  key?: string;
  severity: ContractView['severity'];
  /** Where it stands in the YAML. */
  line?: number;
  /** The graph within the graph that it is of. */
  graph?: string;
  orderSensitive?: boolean;
  rule?: ContractRule;
  /** Shown only where it does not hold. */
  isSilent?: true;
}

/** What a journal says about its run. */
export interface RunFold {
  status: RunStatus;
  verdict: RunVerdict | null;
  vars: JsonObject;
  seed: number;
  chaos: string | null;
  caseId: string | null;
  repeat: number;
  live: boolean;
  offline: boolean;
  /** What agents remember: from the start, and what they wrote. */
  memory: JsonObject;
  output: Json;
  reason: EndReason | null;
  error: StepError | null;
  steps: StepView[];
  assertions: AssertionView[];
  contracts: ContractView[];
  usage: { inputTokens: number; outputTokens: number; totalTokens: number };
  /** Null where what one of its answers cost is not known. Of a rerun what was had anew, judges included. */
  costUsd: Cost;
  durationMs: number | null;
  digest: string | null;
  verdictDigest: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  lastSeq: number;
}

/** Folds a journal event by event; `view` may be asked for at any time. */
export interface RunFolder {
  push(event: JournalEvent): void;
  view(): RunFold;
}

/** What a whole journal, or the beginning of one, says about its run. */
export function foldRun(
  events: readonly JournalEvent[],
  contracts: readonly NamedContract[] = [],
  types: NodeTypes = NO_NODES,
): RunFold {
  const folder = runFolder(contracts, types);
  for (const event of events) folder.push(event);
  return folder.view();
}

const NO_NODES: NodeTypes = { typeOf: () => undefined };

export function runFolder(contracts: readonly NamedContract[] = [], types: NodeTypes = NO_NODES): RunFolder {
  const steps = new Map<string, StepFold>();
  const assertions: (AssertionView & { position: number })[] = [];
  const found = new Map<string, ContractView>();
  const spending = new RerunSpending();
  let [run, lastSeq] = [EMPTY, EMPTY.lastSeq];
  return {
    push(event) {
      spending.push(event);
      run = foldHead(run, event);
      lastSeq = event.seq;
      foldStep(steps, event, types);
      if (event.type === 'assertion.evaluated' && !isContract(event))
        assertions.push({ ...event.data, seq: event.seq });
      foldContract(found, event);
    },
    view() {
      const views = [...steps.values()].map(({ view }) => shown(view, run));
      const sum = (pick: (view: StepView) => number) => views.reduce((total, view) => total + pick(view), 0);
      const inputTokens = sum(({ usage }) => usage.inputTokens);
      const outputTokens = sum(({ usage }) => usage.outputTokens);
      return {
        ...run,
        lastSeq,
        steps: views,
        assertions: assertions
          .toSorted((a, b) => a.position - b.position)
          .map(({ position: _, ...view }) => view),
        contracts: contractViews(contracts, found, run.verdict !== null),
        usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
        costUsd:
          spending.costUsd === undefined
            ? views.reduce<Cost>((total, { costUsd }) => addCosts(total, costUsd), 0)
            : spending.costUsd,
        error: run.reason?.kind === 'error' ? errorOf(run.reason, views) : null,
      };
    },
  };
}

/** What was running when its run was stopped runs no longer. */
const shown = (view: StepView, { status }: RunFold): StepView =>
  status === 'canceled' && view.status === 'running' ? { ...view, status: 'canceled' } : { ...view };

/** The error of the node that ended the run; of a run that ended by itself the last one. */
function errorOf({ node }: EndReason, views: readonly StepView[]): StepError | null {
  const of = views.findLast(({ key, error }) => error && (node === undefined || key === node));
  return of?.error ?? null;
}

const EMPTY: RunFold = {
  status: 'queued',
  verdict: null,
  vars: {},
  seed: 1,
  chaos: null,
  caseId: null,
  repeat: 0,
  live: false,
  offline: false,
  memory: {},
  output: null,
  reason: null,
  error: null,
  steps: [],
  assertions: [],
  contracts: [],
  usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
  costUsd: 0,
  durationMs: null,
  digest: null,
  verdictDigest: null,
  startedAt: null,
  finishedAt: null,
  lastSeq: 0,
};

function foldHead(run: RunFold, event: JournalEvent): RunFold {
  switch (event.type) {
    case 'run.started':
      return { ...run, ...event.data, status: 'running', startedAt: event.at };
    case 'run.paused':
      return { ...run, status: 'paused' };
    case 'run.resumed':
      return { ...run, status: 'running' };
    case 'human.requested':
      return { ...run, status: 'waiting' };
    case 'human.decided':
      return run.status === 'waiting' ? { ...run, status: 'running' } : run;
    case 'run.finished':
      return { ...run, ...event.data, ...ended(run, event), status: 'finished' };
    case 'run.canceled':
      return { ...run, ...ended(run, event), status: 'canceled' };
    default:
      return run;
  }
}

const ended = ({ startedAt }: RunFold, { at }: JournalEvent) => ({
  finishedAt: at,
  durationMs: startedAt === null ? null : elapsedMs(startedAt, at),
});

/** A contract that could not be told; an assertion about a contract has the same type and another key. */
const isContract = ({ key, data }: JournalEvent<'assertion.evaluated'>): boolean =>
  data.type === 'contract' && key.startsWith('contract/');

function foldContract(found: Map<string, ContractView>, event: JournalEvent): void {
  if (event.type === 'contract.violated') {
    const { id, severity, seq, message } = event.data;
    found.set(event.key, { id, verdict: 'failed', severity, seq, message });
  } else if (event.type === 'assertion.evaluated' && isContract(event)) {
    const { id, severity, reason } = event.data;
    found.set(event.key, { id, verdict: 'errored', severity, message: reason });
  }
}

/** The contracts of the graph in file order, each for every execution that broke it, then the other rules that were broken. */
function contractViews(
  named: readonly NamedContract[],
  found: ReadonlyMap<string, ContractView>,
  isJudged: boolean,
): ContractView[] {
  const broken = new Map<string, ContractView[]>();
  for (const [key, view] of found) {
    const place = filePlaceOf(key);
    broken.set(place, [...(broken.get(place) ?? []), view]);
  }
  const take = (key: string): ContractView[] => {
    const views = broken.get(key) ?? [];
    broken.delete(key);
    return views;
  };
  const shown = named.flatMap((contract) => {
    const { id, severity, isSilent, key = `contract/${id}` } = contract;
    const views = take(key);
    const isPassed = views.length === 0 && isJudged && !isSilent;
    return [...views, ...(isPassed ? [{ id, severity, verdict: 'passed' as const }] : [])].map((view) => ({
      ...view,
      ...placeOf(contract),
    }));
  });
  return [...shown, ...[...broken.values()].flat()];
}

const placeOf = ({ line, graph, orderSensitive, rule }: NamedContract): Partial<ContractView> => ({
  ...(line !== undefined && { line }),
  ...(graph !== undefined && { graph }),
  ...(orderSensitive && { orderSensitive }),
  ...(rule && { rule }),
});
