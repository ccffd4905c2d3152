import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import { graphOf, replayed, runGraph, scriptedPorts, virtualClock, type PortScript } from '@rehearse/testkit';
import { executeRun } from '../execute/index.js';
import { foldRun } from '../journal/index.js';
import { drawSeedOf, provenanceOf, rerunOf, SIDE_EFFECT, type Loose } from './index.js';

const SHOP = graphOf(`
providers: {main: {targets: [{provider: openai, model: m}]}}
tools:
  look: {mock: [{return: {status: delivered}}]}
  refund: {sideEffect: true, http: {url: "https://shop.example"}}
nodes:
  handle: {type: agent, prompt: Help, tools: [look, refund], maxTurns: 8}
  sign: {type: human, prompt: "{{ nodes.handle.text }}"}
assert: [{type: llm-rubric, value: Polite, provider: main}]
`);

const call = (name: string, args = {}) => ({
  toolCalls: [{ id: name, name, arguments: args }],
  costUsd: 0.01,
});
const GRADE = { content: '{"pass": true, "score": 1, "reason": "yes"}', costUsd: 0.5 };
const yes = { decision: 'approve', by: 'ann', reason: 'fine' } as const;

/** Looks, refunds, says so; what is asked is noted. */
function script(asked: string[], more?: PortScript['model'], human = true) {
  const said: PortScript['model'] = (request, place) => {
    asked.push(place.key);
    if (place.key.startsWith('assert')) return GRADE;
    if (typeof more === 'function') return more(request, place);
    if (place.key === 'handle/turn[1]') return call('look');
    return place.key === 'handle/turn[2]' ? call('refund') : { content: 'Done.', costUsd: 0.02 };
  };
  return scriptedPorts({
    ...{ clock: virtualClock(), model: said, ...(human && { human: { sign: yes } }) },
    tool: ({ tool }, { key }) => (asked.push(key), { ok: true, result: { tool } }),
  });
}

const recorded = async () => (await runGraph(SHOP, { ports: script([]) })).events;

async function rerun(events: readonly JournalEvent[], loose: Loose, more?: PortScript['model']) {
  const asked: string[] = [];
  const made = rerunOf(
    { graph: SHOP, events, runId: 'again', nowMs: Date.UTC(2027, 0, 1) },
    { loose, seed: 7 },
  );
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  const run = await executeRun({
    ...{ graph: SHOP, runId: 'again', vars: made.vars, seed: 1, recorded: made.events, parent: events },
    // Nobody decides again: what was decided is on the tape.
    ...{ isFresh: true, ports: script(asked, more, false) },
  });
  return { ...run, asked, seed: drawSeedOf(run.events) };
}

const JUDGE = 'assert[0]/turn[1]';

describe('a rerun', () => {
  it('with the judge let loose asks nobody else, and costs what the judge costs', async () => {
    const events = await recorded();
    const again = await rerun(events, 'judge');
    expect(again.asked).toEqual([JUDGE]);
    expect([again.finished, again.seed]).toEqual([true, 7]);
    const [before, now] = [foldRun(events), foldRun(again.events)];
    expect(now).toMatchObject({ verdict: 'passed', digest: before.digest, costUsd: 0.5 });
    expect(provenanceOf(again.events, events)).toMatchObject({ live: 1, costUsd: 0.5 });
  });

  it('with the model let loose holds tools and people', async () => {
    const again = await rerun(await recorded(), 'model');
    expect(again.asked).toEqual(['handle/turn[1]', 'handle/turn[2]', 'handle/turn[3]', JUDGE]);
    expect(foldRun(again.events)).toMatchObject({ verdict: 'passed', costUsd: 0.54 });
  });

  it('with tools let loose calls them again, but for one with a side effect', async () => {
    const again = await rerun(await recorded(), 'tools');
    expect(again.asked).toContain('handle/turn[1]/tool#0');
    expect(again.asked).not.toContain('handle/turn[2]/tool#0');
    expect(foldRun(again.events)).toMatchObject({ verdict: 'passed' });
  });

  it('gives a tool\u2019s answer to the same call in another place', async () => {
    const later = await rerun(await recorded(), 'model', (_, { key }) => {
      if (key === 'handle/turn[1]') return call('look', { other: true });
      return key === 'handle/turn[2]' ? call('look') : 'Done.';
    });
    // What was never asked is asked; what was, is not.
    expect(later.asked.filter((key) => key.includes('tool'))).toEqual(['handle/turn[1]/tool#0']);
  });

  it('never makes a call with a side effect that the tape does not know', async () => {
    const again = await rerun(await recorded(), 'model', (_, { key }) =>
      key === 'handle/turn[1]' ? call('refund', { amount: 5 }) : { content: 'Done.' },
    );
    expect(again.asked.filter((key) => key.includes('tool'))).toEqual([]);
    expect(again.events.find(({ type }) => type === 'tool.failed')?.data).toMatchObject({
      error: { code: SIDE_EFFECT, category: 'policy' },
    });
  });

  it('replays strictly', async () => {
    const events = await recorded();
    for (const loose of ['judge', 'model', 'tools'] as const)
      expect(await replayed({ graph: SHOP, events: (await rerun(events, loose)).events })).toBe('identical');
  });

  it('is not begun of a journal that was changed', async () => {
    const events = await recorded();
    const broken = events.map((event) => (event.seq === 3 ? { ...event, key: 'elsewhere' } : event));
    const made = rerunOf({ graph: SHOP, events: broken, runId: 'x', nowMs: 0 }, { loose: 'model', seed: 1 });
    expect(made).toMatchObject({ ok: false, problems: [{ code: 'replay/chain-broken' }] });
  });
});
