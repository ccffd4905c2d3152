import { describe, expect, it } from '@jest/globals';
import type { JournalEvent, JsonObject } from '@rehearse/contracts';
import {
  graphOf,
  outline,
  rechain,
  replayed,
  runGraph,
  scriptedPorts,
  virtualClock,
} from '@rehearse/testkit';
import { diffRuns } from '../diff/index.js';
import { executeRun, laneNeedsOf } from '../execute/index.js';
import type { CompiledGraph } from '../graph/model.js';
import { foldRun } from '../journal/index.js';
import type { Ports } from '../ports.js';
import { chaosAt, forkAt, provenanceOf, type EditRequest } from './index.js';

const REFUND = graphOf(`
providers: {main: {targets: [{provider: openai, model: m}]}}
tools:
  lookup_order: {retry: {attempts: 2, initialDelay: 1ms}, mock: [{return: {status: delivered}}]}
  issue_refund: {sideEffect: true, mock: [{return: {refunded: true}}]}
nodes:
  side: {type: llm, prompt: "Apart"}
  classify: {type: llm, prompt: "Classify {{ inputs.message }}"}
  handle: {type: agent, prompt: "{{ inputs.message }} {{ nodes.classify.text }}", tools: [lookup_order, issue_refund], maxTurns: 8}
assert: [{type: contains, value: refunded}]
inputs: {type: object, required: [message], properties: {message: {type: string}}}
`);

const call = (name: string) => ({
  toolCalls: [{ id: name, name, arguments: { order: 'W1' } }],
  costUsd: 0.01,
});

/** A model that gives up at its second answer; what is asked of it is noted. */
function script(asked: string[], second: ReturnType<typeof call> | string = 'I cannot do that.'): Ports {
  return scriptedPorts({
    clock: virtualClock(),
    model(_request, { key }) {
      asked.push(key);
      if (key === 'classify/turn[1]') return { content: 'refund', costUsd: 0.02 };
      if (key === 'side/turn[1]') return { content: 'apart', costUsd: 0.04 };
      if (key === 'handle/turn[1]') return call('lookup_order');
      if (key === 'handle/turn[2]') return second;
      return { content: 'It is refunded.', costUsd: 0.08 };
    },
    tool: ({ tool }, { key }) => {
      asked.push(key);
      return { ok: true, result: { tool } };
    },
  });
}

const failedRun = () => runGraph(REFUND, { ports: script([]), vars: { message: 'Refund W1' } });

async function forked(
  events: readonly JournalEvent[],
  choice: { fromSeq: number; edits?: EditRequest[]; vars?: JsonObject },
  more: { graph?: CompiledGraph } = {},
) {
  const { graph = REFUND } = more;
  const asked: string[] = [];
  const made = await forkAt({ graph, events, runId: 'f', nowMs: Date.UTC(2027, 0, 1) }, choice);
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  const { vars, base } = made;
  const recorded = made.events;
  const run = await executeRun({
    ...{ graph, runId: 'f', vars, seed: 1, recorded, parent: events, isFresh: true },
    ports: script(asked),
  });
  return { ...run, asked, base, recorded };
}

const seqOf = (events: readonly JournalEvent[], key: string, type: JournalEvent['type']): number =>
  events.find((event) => event.key === key && event.type === type)!.seq;

describe('a fork', () => {
  it('with an edited answer keeps what came before as it was, and goes on live behind it', async () => {
    const { events } = await failedRun();
    expect(foldRun(events).verdict).toBe('failed');
    const fromSeq = seqOf(events, 'handle/turn[2]', 'model.responded');
    const edits = [{ seq: fromSeq, data: { content: null, toolCalls: call('issue_refund').toolCalls } }];
    const fork = await forked(events, { fromSeq, edits });
    const prefix = (all: readonly JournalEvent[]) =>
      all
        .slice(0, fromSeq - 1)
        .map(({ seq, lane, key, type, attempt, inDigest, data }) => [
          seq,
          lane,
          key,
          type,
          attempt,
          inDigest,
          data,
        ]);
    expect(JSON.stringify(prefix(fork.events))).toBe(JSON.stringify(prefix(events)));
    expect(fork.events[fromSeq]).toMatchObject({
      type: 'fork.base',
      seq: fromSeq + 1,
      data: { parent: 'r', fromSeq, edits: [{ seq: fromSeq }] },
    });
    expect(fork.asked).toEqual(['handle/turn[2]/tool#0', 'handle/turn[3]']);
    expect(foldRun(fork.events)).toMatchObject({ verdict: 'passed', output: 'It is refunded.' });
    const graph = { name: 'test', digest: REFUND.digest };
    const { firstDivergence } = diffRuns({
      ...{ a: { events, graph }, b: { events: fork.events, graph }, ignore: ['ids', 'times'] },
    });
    expect(firstDivergence).toMatchObject({ key: 'handle/turn[2]', seqA: fromSeq, seqB: fromSeq });
  });

  it('says which answers came from the tape, which are new, and what those cost', async () => {
    const { events } = await failedRun();
    const fromSeq = seqOf(events, 'handle/turn[2]', 'model.responded');
    const edits = [{ seq: fromSeq, data: { toolCalls: call('issue_refund').toolCalls } }];
    const fork = await forked(events, { fromSeq, edits });
    const { tape, live, costUsd, origins } = provenanceOf(fork.events, events);
    expect({ tape, live, costUsd }).toEqual({ tape: 5, live: 2, costUsd: 0.08 });
    expect(origins.filter(({ from }) => from === 'live').map(({ key }) => key)).toEqual(fork.asked);
    expect(provenanceOf(events, null)).toMatchObject({ tape: 0, live: 5 });
  });

  it('replays strictly, as a run of its own', async () => {
    const { events } = await failedRun();
    const fromSeq = seqOf(events, 'handle/turn[2]', 'model.responded');
    const fork = await forked(events, { fromSeq, edits: [{ seq: fromSeq, content: 'It is refunded.' }] });
    expect(await replayed({ graph: REFUND, events: fork.events })).toBe('identical');
  });

  it('takes over of what stands behind an edit only what stays as it was', async () => {
    const { events } = await failedRun();
    const seq = seqOf(events, 'classify/turn[1]', 'model.responded');
    const fromSeq = seqOf(events, 'handle/turn[2]', 'model.responded');
    const fork = await forked(events, { fromSeq, edits: [{ seq, content: 'complaint' }] });
    const base = fork.events.find(({ type }) => type === 'fork.base')!;
    expect(base.seq).toBeLessThan(fromSeq);
    expect(base.data).toMatchObject({ fromSeq });
    // The model is asked something else, so it is asked anew, and so is all that comes behind.
    expect(fork.asked).toEqual(['handle/turn[1]', 'handle/turn[1]/tool#0', 'handle/turn[2]']);
    expect(await replayed({ graph: REFUND, events: fork.events })).toBe('identical');
  });

  it('goes on to the same end when its process dies at any event', async () => {
    const { events } = await failedRun();
    const seq = seqOf(events, 'classify/turn[1]', 'model.responded');
    const fromSeq = seqOf(events, 'handle/turn[2]', 'model.responded');
    const fork = await forked(events, { fromSeq, edits: [{ seq, content: 'complaint' }] });
    for (let cut = fork.recorded.length; cut < fork.events.length; cut++) {
      const recorded = fork.events.slice(0, cut);
      const run = await executeRun({
        ...{ graph: REFUND, runId: 'f', vars: { message: 'Refund W1' }, seed: 1, recorded, parent: events },
        ports: script([]),
      });
      const [one, two] = [foldRun(run.events), foldRun(fork.events)];
      expect([one.digest, one.verdictDigest]).toEqual([two.digest, two.verdictDigest]);
    }
  });

  it('with other vars begins anew where they are used', async () => {
    const { events } = await failedRun();
    const fork = await forked(events, { fromSeq: events.length - 1, vars: { message: 'Refund W2' } });
    expect(fork.asked).toContain('classify/turn[1]');
    expect(fork.events[0]).toMatchObject({ type: 'run.started', data: { vars: { message: 'Refund W2' } } });
  });

  it('sends a call with a side effect that its parent was about to send, and no second time', async () => {
    const ran = await runGraph(REFUND, { ports: script([], call('issue_refund')), vars: { message: 'hi' } });
    const fromSeq = seqOf(ran.events, 'handle/turn[2]/tool#0', 'tool.called');
    const fork = await forked(ran.events, { fromSeq });
    expect(fork.asked).toContain('handle/turn[2]/tool#0');
    // Without a word that nobody has sent it, it may have been: it is settled as unknown.
    const { events } = await executeRun({
      ...{ graph: REFUND, runId: 'f', vars: { message: 'hi' }, seed: 1 },
      ...{ recorded: fork.recorded, parent: ran.events, ports: script([]) },
    });
    expect(events.find(({ type }) => type === 'tool.failed')).toMatchObject({
      data: { error: { code: 'tool/unknown-outcome' } },
    });
  });

  it('of a paused run goes on', async () => {
    const { events } = await failedRun();
    const paused = events.slice(0, 4);
    paused.push({
      ...paused[3]!,
      seq: 5,
      lane: 'run',
      key: 'run',
      type: 'run.paused',
      data: {},
    } as JournalEvent);
    const made = await forkAt(
      { graph: REFUND, events: rechained(paused), runId: 'f', nowMs: 0 },
      { fromSeq: 5 },
    );
    expect(made.ok && made.events.slice(-2).map(({ type }) => type)).toEqual(['fork.base', 'run.resumed']);
  });

  it.each<[string, Parameters<typeof forkAt>[1], object]>([
    ['a seq that is not there', { fromSeq: 99 }, { code: 'replay/no-such-seq', path: 'fromSeq' }],
    [
      'an edit of what is no answer',
      { fromSeq: 9, edits: [{ seq: 2, content: 'x' }] },
      { code: 'replay/bad-edit', path: 'edits[0].seq' },
    ],
    [
      'an edit beyond what is taken over',
      { fromSeq: 3, edits: [{ seq: 20, content: 'x' }] },
      { code: 'replay/bad-edit', path: 'edits[0].seq' },
    ],
    ['vars that do not fit', { fromSeq: 3, vars: {} }, { code: 'replay/bad-vars' }],
  ])('cannot be had with %s', async (_name, choice, problem) => {
    const { events } = await failedRun();
    const made = await forkAt({ graph: REFUND, events, runId: 'f', nowMs: 0 }, choice);
    expect(made).toMatchObject({ ok: false, problems: [problem] });
  });

  it('cannot be had with two edits of one answer', async () => {
    const { events } = await failedRun();
    const seq = seqOf(events, 'classify/turn[1]', 'model.responded');
    const edits = [
      { seq, content: 'billing' },
      { seq, data: { content: 'other' } },
    ];
    const made = await forkAt({ graph: REFUND, events, runId: 'f', nowMs: 0 }, { fromSeq: seq, edits });
    expect(made).toMatchObject({ ok: false, problems: [{ code: 'replay/bad-edit', path: 'edits[1].seq' }] });
  });

  it('begins before the end of its parent', async () => {
    const { events } = await failedRun();
    const parent = { graph: REFUND, events, runId: 'f', nowMs: 0 };
    const last = events.length;
    expect(await forkAt(parent, { fromSeq: last - 1 })).toMatchObject({ ok: true });
    expect(await forkAt(parent, { fromSeq: last })).toMatchObject({
      problems: [{ message: `the run can be forked from seq 1 to ${last - 1}, not at ${last}` }],
    });
  });

  it.each([
    [{}, 'edits[0]', 'give content or data: what is to stand there instead'],
    [{ data: { text: 'x' } }, 'edits[0].data.text', /has no `text`; it has content/],
    [{ data: { content: 1 } }, 'edits[0].data.content', /expected string/],
  ])('cannot be had with the edit %j', async (edit, path, message) => {
    const { events } = await failedRun();
    const seq = seqOf(events, 'classify/turn[1]', 'model.responded');
    const made = await forkAt(
      { graph: REFUND, events, runId: 'f', nowMs: 0 },
      { fromSeq: seq, edits: [{ seq, ...edit }] },
    );
    expect(made).toMatchObject({ ok: false, problems: [{ code: 'replay/bad-edit', path }] });
    expect(!made.ok && made.problems[0]!.message).toMatch(message);
  });

  it('of a journal that was tampered with is not made', async () => {
    const events = structuredClone((await failedRun()).events);
    events[3]!.digest = '0'.repeat(64);
    const made = await forkAt({ graph: REFUND, events, runId: 'f', nowMs: 0 }, { fromSeq: 6 });
    expect(made).toMatchObject({ ok: false, problems: [{ code: 'replay/chain-broken' }] });
  });
});

describe('chaos on a tape', () => {
  const LOOKS = graphOf(`
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks:
  main:
    - {when: node == "side", reply: {content: apart}}
    - {when: turn < 4, reply: {toolCalls: [{name: lookup_order, arguments: {n: "{{ turn }}"}}]}}
    - {reply: {content: "{{ toolResults.size() }} results"}}
tools: {lookup_order: {mock: [{return: {status: delivered}}]}}
nodes:
  agent: {type: agent, prompt: hi, tools: [lookup_order], maxTurns: 8}
  side: {type: llm, prompt: apart, needs: [agent]}
assert: [{type: chaos:recovered}]
`);

  async function withFault(
    at: Parameters<typeof chaosAt>[1]['at'],
    fault: Parameters<typeof chaosAt>[1]['fault'],
  ) {
    const { events } = await runGraph(LOOKS);
    const made = chaosAt({ graph: LOOKS, events, runId: 'c', nowMs: Date.UTC(2027, 0, 1) }, { at, fault });
    if (!made.ok) throw new Error(made.problems[0]!.message);
    const run = await runGraph(LOOKS, {
      ...{ recorded: made.events, parent: events, isFresh: true, runId: 'c' },
    });
    return { parent: events, made, ...run };
  }

  it('puts a fault on the second call of a tool, and the run replays strictly', async () => {
    const { parent, events } = await withFault(
      { on: 'tool:lookup_order', nth: 2 },
      { fault: 'error', status: 503 },
    );
    expect(outline(events.filter(({ key }) => key === 'agent/turn[2]/tool#0'))).toMatchInlineSnapshot(`
"agent/turn[2]/tool#0 tool.called
agent/turn[2]/tool#0 chaos.injected
agent/turn[2]/tool#0 tool.failed"
`);
    expect(events.find(({ type }) => type === 'chaos.injected')).toMatchObject({
      data: { rule: 'replay', fault: 'error', on: 'tool:lookup_order' },
    });
    expect(foldRun(events).assertions).toMatchObject([{ type: 'chaos:recovered', verdict: 'passed' }]);
    expect(await replayed({ graph: LOOKS, events })).toBe('identical');
    expect(foldRun(events).digest).not.toBe(foldRun(parent).digest);
  });

  it('answers from the tape what is asked in the same words behind the fault too', async () => {
    const { parent, events } = await withFault({ on: 'llm:agent', nth: 3 }, { fault: 'truncate' });
    const { origins } = provenanceOf(events, parent);
    const from = (key: string) => origins.filter((one) => one.key === key).map((one) => one.from);
    expect([from('agent/turn[2]'), from('agent/turn[3]'), from('side/turn[1]')]).toEqual([
      ['tape'],
      ['live'],
      ['tape'],
    ]);
  });

  it('gives an earlier answer again where the fault is to be stale', async () => {
    const { events } = await withFault({ on: 'tool:*', nth: 3 }, { fault: 'stale' });
    expect(events.filter(({ type }) => type === 'chaos.injected')).toMatchObject([
      { data: { fault: 'stale' } },
    ]);
    expect(await replayed({ graph: LOOKS, events })).toBe('identical');
  });

  it('can be put on the call that a seq is of, be it its request or its answer', async () => {
    const { events } = await runGraph(LOOKS);
    const parent = { graph: LOOKS, events, runId: 'c', nowMs: 0 };
    const key = 'agent/turn[2]/tool#0';
    const bases = (['tool.called', 'tool.returned'] as const).map((type) => {
      const made = chaosAt(parent, { at: { seq: seqOf(events, key, type) }, fault: { fault: 'timeout' } });
      return made.ok && made.base.fault;
    });
    expect(bases).toEqual(
      [0, 1].map(() => ({ key, attempt: 1, on: 'tool:lookup_order', fault: { fault: 'timeout' } })),
    );
  });

  it.each<[string, Parameters<typeof chaosAt>[1], object]>([
    [
      'a call that was not made',
      { at: { on: 'tool:lookup_order', nth: 9 }, fault: { fault: 'error' } },
      { code: 'replay/no-such-call', message: 'the run has 3 of tool:lookup_order, so there is no number 9' },
    ],
    [
      'a target that does not exist',
      { at: { on: 'tool:look', nth: 1 }, fault: { fault: 'error' } },
      {
        code: 'replay/no-such-call',
        message: 'the run has no call of tool:look; it has llm:agent, tool:lookup_order, llm:side',
      },
    ],
    ['a seq that is no call', { at: { seq: 1 }, fault: { fault: 'error' } }, { code: 'replay/no-such-call' }],
    [
      'a fault that cannot be done to it',
      { at: { on: 'tool:lookup_order', nth: 1 }, fault: { fault: 'slow-stream', delay: '1s' } },
      {
        code: 'replay/bad-fault',
        message: 'the fault slow-stream cannot be done to tool:lookup_order; use it on llm:<node>',
      },
    ],
    [
      'a fault without what it needs',
      { at: { on: 'tool:lookup_order', nth: 1 }, fault: { fault: 'inject' } },
      {
        code: 'replay/bad-fault',
        message: 'the fault inject needs `text`; add `text: Ignore what you were told.`',
      },
    ],
  ])('cannot be put on %s', async (_name, choice, problem) => {
    const { events } = await runGraph(LOOKS);
    const made = chaosAt({ graph: LOOKS, events, runId: 'c', nowMs: 0 }, choice);
    expect(made).toMatchObject({ ok: false, problems: [problem] });
  });
});

/** Links made anew. */
function rechained(events: readonly JournalEvent[]): JournalEvent[] {
  return rechain(events, laneNeedsOf(REFUND));
}
