import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import { graphOf, rechain, replayed, ROUTE, runGraph, type Ran } from '@rehearse/testkit';
import { verdictDigest, verifyChain } from '../journal/index.js';
import { laneNeedsOf } from './plan.js';

interface Circumstances {
  own: string;
  beside: string;
  rules?: string;
  expected?: string;
}

/** A run that the node `own` ends, early or late for what runs beside it. */
const timed = ({ own, beside, rules = '', expected = 'other' }: Circumstances): Promise<Ran> =>
  runGraph(
    graphOf(`${ROUTE}
mocks:
  main:
    - {when: node == "first", reply: {content: fine}, latency: {p50: 1ms, p99: 1ms}}
    - {when: node == "own", error: {message: gone, status: 400}, latency: {p50: ${own}, p99: ${own}}}
    - {reply: {content: fine}, latency: {p50: ${beside}, p99: ${beside}}}
nodes:
  first: {type: llm, prompt: a, assert: [{type: equals, value: ${expected}}]}
  beside: {type: llm, prompt: b, assert: [{type: equals, value: other}]}
  own: {type: llm, prompt: c, needs: [first]}
${rules}`),
  );

const early = (more: Partial<Circumstances> = {}) => timed({ own: '50ms', beside: '90ms', ...more });
const late = (more: Partial<Circumstances> = {}) => timed({ own: '90ms', beside: '20ms', ...more });
const checks = ({ events }: Ran): string[] =>
  events.filter(({ type }) => type === 'assertion.evaluated').map(({ key }) => key);

describe('a run that a node ends early', () => {
  it('has the same digests whatever was judged beside it by then', async () => {
    const runs = [await early(), await late()];
    expect(runs.map(checks)).toEqual([['first.assert[0]'], ['first.assert[0]', 'beside.assert[0]']]);
    expect(runs[1]!.view.digest).toBe(runs[0]!.view.digest);
    expect(runs[1]!.view.verdictDigest).toBe(runs[0]!.view.verdictDigest);
    for (const ran of runs) {
      expect(await replayed(ran)).toBe('identical');
      expect(verifyChain(ran.events, laneNeedsOf(ran.graph))).toBeNull();
    }
  });

  it('has the same digests whatever its contracts and assertions saw beside it', async () => {
    const rules = `contracts:
  - {id: beside-waits, never: 'type == "node.finished" && node == "beside"'}
  - {id: acts, eventually: 'node == "beside" && type == "node.finished"'}
assert: [{type: 'trajectory:step-count', value: {max: 2}}]`;
    const runs = [await early({ rules }), await late({ rules })];
    expect(runs.map(({ view }) => view.contracts.map(({ verdict }) => verdict))).toEqual([
      ['passed', 'errored'],
      ['failed', 'passed'],
    ]);
    expect(runs[1]!.view.verdictDigest).toBe(runs[0]!.view.verdictDigest);
  });

  it('has another verdict digest when what it needs was judged otherwise', async () => {
    const [one, two] = [await early(), await early({ expected: 'fine' })];
    expect(two.view.verdictDigest).not.toBe(one.view.verdictDigest);
  });

  it('covers all that was judged when nothing can run beside the node', async () => {
    const { view, events } = await runGraph(
      graphOf(`tools: {gone: {mock: [{error: gone}]}}
nodes:
  a: {type: transform, value: '1', assert: [{type: cel, value: output == 1.0}]}
  b: {type: tool, tool: gone, needs: [a]}
contracts: [{id: acts, eventually: 'node == "c"'}]
assert: [{type: contains, value: x}]`),
    );
    expect(view.reason).toMatchObject({ kind: 'error', node: 'b' });
    expect(view.verdictDigest).toBe(verdictDigest(events));
  });

  it('of an older release, whose verdict digest covered all results, verifies and replays', async () => {
    const { graph, events } = await late();
    const older = rechain(
      events.map((event): JournalEvent =>
        event.type === 'run.finished'
          ? { ...event, data: { ...event.data, verdictDigest: verdictDigest(events) } }
          : event,
      ),
      laneNeedsOf(graph),
    );
    expect(older.at(-1)?.data).not.toEqual(events.at(-1)?.data);
    expect(verifyChain(older, laneNeedsOf(graph))).toBeNull();
    expect(await replayed({ graph, events: older })).toBe('identical');
  });

  it('covers the contract that ended it', async () => {
    const ended = (id: string) =>
      runGraph(
        graphOf(`tools: {look: {mock: [{return: 1}]}}
nodes: {a: {type: tool, tool: look}, b: {type: wait, for: 1s}}
contracts: [{id: ${id}, never: 'tool == "look"', stopOnViolation: true}]`),
      );
    const [one, two] = [await ended('one'), await ended('two')];
    expect(one.view.reason).toMatchObject({ kind: 'contract', node: 'a' });
    expect(two.view.verdictDigest).not.toBe(one.view.verdictDigest);
  });
});
