import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import {
  compiledProgram,
  propertyRuns,
  randomProgram,
  runGraph,
  virtualClock,
  type RandomProgram,
} from '@rehearse/testkit';
import fc from 'fast-check';
import type { CompiledGraph } from '../graph/model.js';
import { foldRun, verifyChain } from '../journal/index.js';
import { laneNeedsOf } from '../execute/plan.js';
import { livePorts } from '../mock/live-ports.js';
import { draw } from '../mock/random.js';
import type { HumanOutcome } from '../ports.js';
import { chaosAt, compareWithTape, forkAt, provenanceOf, regrade, replayStrict } from './index.js';

/** The same program again, alone: PROPERTY_SEED=… PROPERTY_PATH=… */
const runs = propertyRuns(process.env, 200);

const hold = (property: (program: RandomProgram) => Promise<void>) =>
  fc.assert(fc.asyncProperty(randomProgram, property), runs);

/** People who decide by the key alone. */
const human = {
  ask: async (_: unknown, { key }: { key: string }): Promise<HumanOutcome> => ({
    ...{ decision: draw(1, key) > 0.3 ? 'approve' : 'reject', by: 'somebody', reason: '' },
  }),
};

async function record(program: RandomProgram, more: Partial<Parameters<typeof runGraph>[1]> = {}) {
  const graph = compiledProgram(program);
  const { vars, seed, chaos } = program;
  return runGraph(graph, { vars, seed, chaos: chaos ?? null, human, ...more });
}

const portsOf = (graph: CompiledGraph, seed: number) => livePorts({ graph, seed, clock: virtualClock() });
const endOf = (events: readonly JournalEvent[]) => foldRun(events).reason;
const digestsOf = (events: readonly JournalEvent[]) => {
  const { digest, verdictDigest } = foldRun(events);
  return [digest, verdictDigest];
};

describe('any program', () => {
  it('comes to the same digest when it is forked without edits at any seq, and the fork replays', async () => {
    await hold(async (program) => {
      const { graph, events } = await record(program);
      const fromSeq = 1 + (program.seed % (events.length - 1));
      const forked = await forkAt({ graph, events, runId: 'f', nowMs: Date.UTC(2027, 0, 1) }, { fromSeq });
      if (!forked.ok) throw new Error(JSON.stringify(forked.problems));
      expect(forked.events.slice(0, fromSeq).map(copied)).toEqual(events.slice(0, fromSeq).map(copied));
      const clock = virtualClock(Date.UTC(2027, 0, 1));
      const ports = livePorts({ graph, seed: program.seed, clock, human });
      const again = { runId: 'f', parent: events, isFresh: true };
      const fork = await record(program, { ...again, ports, recorded: forked.events });
      expect(verifyChain(fork.events, laneNeedsOf(graph))).toBeNull();
      expect((await replayStrict({ graph, events: fork.events })).divergence).toBeUndefined();
      const [one, two] = [endOf(events), endOf(fork.events)];
      // Which of several nodes ends a run, and who gets what is left of a budget, is a race.
      if (one?.kind === 'budget' || two?.kind === 'budget' || one?.node !== two?.node) return;
      expect(digestsOf(fork.events)).toEqual(digestsOf(events));
    });
  }, 600_000);

  it('is judged the same by its own graph again, whatever ended it', async () => {
    await hold(async (program) => {
      const { graph, events } = await record(program);
      const regraded = await regrade({ graph, events, judges: 'held', ports: portsOf(graph, program.seed) });
      expect(regraded.divergence).toBeUndefined();
      expect([regraded.digest, regraded.verdictDigest]).toEqual(digestsOf(events));
      expect([regraded.identical, regraded.verdict]).toEqual([true, regraded.recordedVerdict]);
    });
  }, 600_000);

  it('asks the same of its own tape, in the same places', async () => {
    await hold(async (program) => {
      const { graph, events } = await record(program);
      const { identical, requests, unreached } = await compareWithTape({
        graph,
        events,
        recordedGraph: graph,
      });
      expect(requests.filter(({ change }) => change !== 'same')).toEqual([]);
      expect([identical, unreached]).toEqual([true, []]);
    });
  }, 600_000);

  it('replays with the fault that was put on any of its calls', async () => {
    await hold(async (program) => {
      const { graph, events } = await record(program);
      const calls = events.filter(
        ({ type, lane }) => (type === 'model.requested' || type === 'tool.called') && lane !== 'verdict',
      );
      if (calls.length === 0) return;
      const { seq } = calls[program.seed % calls.length]!;
      const made = chaosAt(
        { graph, events, runId: 'c', nowMs: Date.UTC(2027, 0, 1) },
        { at: { seq }, fault: { fault: 'error', status: 503 } },
      );
      if (!made.ok) throw new Error(JSON.stringify(made.problems));
      const clock = virtualClock(Date.UTC(2027, 0, 1));
      const ports = livePorts({ graph, seed: program.seed, clock, human });
      const again = { runId: 'c', parent: events, isFresh: true };
      const chaos = await record(program, { ...again, ports, recorded: made.events });
      const replay = await replayStrict({ graph, events: chaos.events });
      expect(replay.divergence).toBeUndefined();
      const { tape, live, origins } = provenanceOf(chaos.events, events);
      expect(tape + live).toBe(origins.length);
    });
  }, 600_000);
});

const copied = ({ seq, lane, key, type, attempt, inDigest, data, prev, digest }: JournalEvent) => ({
  ...{ seq, lane, key, type, attempt, inDigest, data, prev, digest },
});
