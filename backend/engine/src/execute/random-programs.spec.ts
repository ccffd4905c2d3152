import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import {
  compiledProgram,
  propertyRuns,
  randomProgram,
  virtualClock,
  type RandomProgram,
} from '@rehearse/testkit';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CompiledGraph } from '../graph/model.js';
import { canonicalJson, foldRun, runFolder, verifyChain } from '../journal/index.js';
import { livePorts } from '../mock/live-ports.js';
import { draw } from '../mock/random.js';
import type { EffectPlace, HumanOutcome } from '../ports.js';
import { replayStrict } from '../replay/index.js';
import { executeRun } from './execute-run.js';
import { evolve } from './evolve.js';
import { laneNeedsOf, nodeTypesOf } from './plan.js';
import { RunState } from './state.js';

/**
 * A failure prints its seed and path. The same program again, alone:
 * PROPERTY_SEED=… PROPERTY_PATH=… node scripts/jest.mjs backend/engine/src/execute/random-programs --selectProjects unit
 */
const runs = propertyRuns(process.env, 1_000);

/** People who decide by the key alone, and take no time. */
const people = {
  ask: async (_: unknown, { key }: { key: string }): Promise<HumanOutcome> => {
    const decision = draw(1, key) > 0.3 ? 'approve' : 'reject';
    return { decision, by: 'somebody', reason: '' };
  },
};

interface Circumstances {
  recorded?: readonly JournalEvent[];
  /** Another one makes calls finish in another order. */
  pace?: number;
}

async function run(
  graph: CompiledGraph,
  { vars, seed, chaos }: RandomProgram,
  more: Circumstances = {},
): Promise<JournalEvent[]> {
  const clock = virtualClock();
  const ports = livePorts({ graph, seed, clock, human: people });
  const { pace } = more;
  const pass = ({ key, attempt, signal }: EffectPlace) =>
    pace === undefined ? Promise.resolve() : clock.sleep(draw(pace, key, attempt) * 50, signal);
  const { events } = await executeRun({
    ...{ graph, runId: 'r', vars, seed, chaos: chaos ?? null, recorded: more.recorded ?? [] },
    ports: {
      ...ports,
      model: {
        ...ports.model,
        call: (request, place) => pass(place).then(() => ports.model.call(request, place)),
      },
      tool: { call: (request, place) => pass(place).then(() => ports.tool.call(request, place)) },
    },
  });
  return events;
}

const digests = (events: readonly JournalEvent[]) => {
  const { status, verdict, digest, verdictDigest } = foldRun(events);
  return { status, verdict, digest, verdictDigest };
};

/** Up to this many cuts of one program; of a shorter journal all of them. */
const MOST_CUTS = 12;

async function hold(program: RandomProgram): Promise<void> {
  const graph = compiledProgram(program);
  const events = await run(graph, program);
  expect(events.at(-1)?.type).toBe('run.finished');
  expect(verifyChain(events, laneNeedsOf(graph))).toBeNull();
  expectFolds(graph, events);
  const read = events.map((event) => JSON.parse(canonicalJson(event)) as JournalEvent);
  const replay = await replayStrict({ graph, events: read });
  expect(replay.divergence).toBeUndefined();
  const step = Math.max(1, Math.ceil(events.length / MOST_CUTS));
  for (let cut = 1 + (program.seed % step); cut < events.length; cut += step)
    expectSame(events, await run(graph, program, { recorded: read.slice(0, cut) }));
  expectSame(events, await run(graph, program, { pace: program.seed + 1 }));
}

/**
 * Two runs whose calls took other times, as those also do that were under way when a run was cut off. Which of several nodes ends a run, or gets what is left of a budget, is a race;
 * what was seen beside the one that does makes the verdict, but no digest.
 */
function expectSame(events: readonly JournalEvent[], other: readonly JournalEvent[]): void {
  const [one, two] = [foldRun(events), foldRun(other)];
  if (one.reason?.kind === 'budget' || two.reason?.kind === 'budget') return;
  expect(two.reason?.kind).toBe(one.reason?.kind);
  if (one.reason?.kind === 'completed') return expect(digests(other)).toEqual(digests(events));
  if (one.reason?.node !== two.reason?.node) return;
  expect([two.digest, two.verdictDigest]).toEqual([one.digest, one.verdictDigest]);
}

/** What a viewer folds, event by event, and what the run goes on from say the same of every step. */
function expectFolds(graph: CompiledGraph, events: readonly JournalEvent[]): void {
  const folder = runFolder(graph.contracts, nodeTypesOf(graph));
  const state = new RunState(graph);
  for (const event of events) {
    folder.push(event);
    evolve(state, event);
    const slot = state.slotOf(event.lane, event.key);
    if (!slot) continue;
    const step = folder.view().steps.find(({ key }) => key === slot.key);
    const { status, asks } = slot.state;
    expect([slot.key, step?.status, step?.turns]).toEqual([
      slot.key,
      status === 'pending' ? 'running' : status,
      asks,
    ]);
  }
  expect(folder.view()).toEqual(foldRun(events, graph.contracts, nodeTypesOf(graph)));
}

const FOUND = path.resolve(import.meta.dirname, '../../fixtures/programs');

describe('a program that once broke a property', () => {
  it.each(readdirSync(FOUND))('holds: %s', async (file) => {
    const program = JSON.parse(readFileSync(path.join(FOUND, file), 'utf8')) as RandomProgram;
    await expect(hold(program)).resolves.toBeUndefined();
  });
});

describe('a random program', () => {
  it('folds to its state, replays, goes on from any event, and does not mind the order of its calls', async () => {
    await fc.assert(fc.asyncProperty(randomProgram, hold), runs);
  }, 600_000);
});
