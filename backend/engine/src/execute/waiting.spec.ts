import { describe, expect, it } from '@jest/globals';
import { graphOf, outline, replayed, ROUTE, runGraph } from '@rehearse/testkit';
import type { HumanOutcome } from '../ports.js';

const answers = (made: Record<string, HumanOutcome>) => ({
  ask: async (_: unknown, { key }: { key: string }) => made[key] ?? null,
});

describe('a human', () => {
  const GRAPH = `
nodes:
  review:
    type: human
    prompt: "Refund {{ inputs.amount }}?"
    form: {type: object, required: [amount], properties: {amount: {type: number}}}
    approvers: [Admin]
  pay: {type: transform, when: 'nodes.review.output.decision != "reject"', value: nodes.review.output.form.amount}
  refuse: {type: transform, when: 'nodes.review.output.decision == "reject"', value: nodes.review.output.reason}
assert: [{type: cel, value: 'output != null'}]
`;
  const graph = graphOf(GRAPH);
  const vars = { amount: 10 };

  it('leaves the run waiting when nobody can be asked, and what was asked is in the journal', async () => {
    const { finished, events, view } = await runGraph(graph, { vars });
    expect([finished, view.status]).toEqual([false, 'waiting']);
    expect(events.at(-1)).toMatchObject({
      type: 'human.requested',
      data: { prompt: 'Refund 10?', approvers: ['Admin'] },
    });
  });

  it('lets the run go on from its journal once somebody decided', async () => {
    const waiting = await runGraph(graph, { vars });
    const made: HumanOutcome = {
      decision: 'modify',
      value: { amount: 7 },
      by: 'anna@example.com',
      reason: 'less',
    };
    const ran = await runGraph(graph, { vars, recorded: waiting.events, human: answers({ review: made }) });
    expect(ran.view).toMatchObject({ status: 'finished', verdict: 'passed', output: 7 });
    expect(outline(ran.events)).toMatchInlineSnapshot(`
      "run run.started
      review node.started
      review human.requested
      review human.decided
      review node.finished
      pay node.started
      pay node.finished
      refuse node.skipped
      assert[0] assertion.evaluated
      run run.finished"
    `);
    expect(await replayed(ran)).toBe('identical');
  });

  it('may reject with a reason, which the graph can act on', async () => {
    const made: HumanOutcome = { decision: 'reject', by: 'anna@example.com', reason: 'too much' };
    const { view } = await runGraph(graph, { vars, human: answers({ review: made }) });
    expect(view).toMatchObject({ verdict: 'passed', output: 'too much' });
  });

  it('who gives what the form does not allow leaves the node errored', async () => {
    const made: HumanOutcome = {
      decision: 'approve',
      value: { amount: 'all' },
      by: 'anna@example.com',
      reason: '',
    };
    const { view } = await runGraph(graph, { vars, human: answers({ review: made }) });
    expect(view).toMatchObject({ verdict: 'errored', reason: { node: 'review' } });
    expect(view.reason?.message).toMatchInlineSnapshot(
      `"what anna@example.com gave does not fit the form of review: /amount must be a number, not a string"`,
    );
  });

  it.each([
    ['approve', 'passed', 'approve'],
    ['reject', 'passed', 'reject'],
    ['error', 'errored', null],
  ])('who takes too long: onTimeout %s', async (onTimeout, verdict, output) => {
    const late = graphOf(`
nodes: {ask: {type: human, prompt: go?, timeout: 1h, onTimeout: ${onTimeout}}}
output: nodes.ask.output.decision
assert: [{type: cel, value: 'output != null'}]
`);
    const ran = await runGraph(late);
    expect(ran.view).toMatchObject({ verdict, output });
    expect(await replayed(ran)).toBe('identical');
  });
});

describe('a wait', () => {
  it('passes time, which a replay does not', async () => {
    const ran = await runGraph(
      graphOf(`
nodes:
  pause: {type: wait, for: "{{ inputs.hours }}h"}
  after: {type: transform, value: '"done"', needs: [pause]}
assert: [{type: equals, value: done}]
`),
      { vars: { hours: 2 } },
    );
    expect(ran.view).toMatchObject({ verdict: 'passed', durationMs: 7_200_000 });
    expect(outline(ran.events)).toMatchInlineSnapshot(`
      "run run.started
      pause node.started
      pause timer.set
      pause timer.fired
      pause node.finished
      after node.started
      after node.finished
      assert[0] assertion.evaluated
      run run.finished"
    `);
    expect(await replayed(ran)).toBe('identical');
  });

  it('takes no time with virtualTime', async () => {
    const graph = graphOf(
      `virtualTime: true\nnodes: {pause: {type: wait, for: 3d}}\nassert: [{type: latency, threshold: 1s}]`,
    );
    expect((await runGraph(graph)).view).toMatchObject({ verdict: 'passed', durationMs: 0 });
  });

  it('for what is no duration errors, at once where that can be seen', async () => {
    expect(() => graphOf('nodes: {p: {type: wait, for: soon}}')).toThrow('`soon` is no duration');
    const { view } = await runGraph(graphOf('nodes: {p: {type: wait, for: "{{ inputs.x }}"}}'), {
      vars: { x: 'soon' },
    });
    expect(view.reason?.message).toBe('for: `soon` is no duration such as 30s or 2m');
  });
});

describe('a conversation', () => {
  const talk = (conversation: string, mocks: string, agent = '') =>
    graphOf(`${ROUTE}mocks:\n  main:\n${mocks}
tools: {look: {mock: [{return: {status: delivered}}]}}
nodes:
  support: {type: agent, system: You help., tools: [look]${agent}}
  talk: {type: conversation, agent: support, ${conversation}}
  after: {type: transform, value: nodes.talk.messages.size()}
assert: [{type: cel, value: 'nodes.talk.text != ""'}]
`);
  const PERSONA = 'persona: {goal: a refund, traits: [curt], stopWords: [BYE]}';
  const MOCKS = `    - {when: 'node == "talk" && turn < 3', reply: {content: "please {{ turn }}"}}
    - {when: 'node == "talk"', reply: {content: "Thanks, BYE"}}
    - when: last.content == "please 1"
      reply: {toolCalls: [{name: look, arguments: {id: "1"}}]}
    - {reply: {content: "answer to {{ last.content }}"}}`;

  it('goes on until the persona has enough; each side has a lane of its own', async () => {
    const ran = await runGraph(talk(PERSONA, MOCKS));
    expect(outline(ran.events)).toMatchInlineSnapshot(`
      "run run.started
      talk node.started
      talk/support node.started
      talk/turn[1] model.requested
      talk/turn[1] model.responded
      talk/support/turn[1] model.requested
      talk/support/turn[1] model.responded
      talk/support/turn[1]/tool#0 tool.called
      talk/support/turn[1]/tool#0 tool.returned
      talk/support/turn[2] model.requested
      talk/support/turn[2] model.responded
      talk/turn[2] model.requested
      talk/turn[2] model.responded
      talk/support/turn[3] model.requested
      talk/support/turn[3] model.responded
      talk/turn[3] model.requested
      talk/turn[3] model.responded
      talk/support node.finished
      talk node.finished
      after node.started
      after node.finished
      assert[0] assertion.evaluated
      run run.finished"
    `);
    expect(ran.view).toMatchObject({ verdict: 'passed', output: 4 });
    expect(ran.view.steps.find(({ node }) => node === 'talk')?.output).toBe('answer to please 2');
    expect(await replayed(ran)).toBe('identical');
    for (let cut = 1; cut < ran.events.length; cut++) {
      const { view } = await runGraph(ran.graph, { recorded: ran.events.slice(0, cut) });
      expect(view.digest).toBe(ran.view.digest);
    }
  });

  it('says scripted turns first, checks their answers, and ends when `until` holds', async () => {
    const ran = await runGraph(
      talk(
        `${PERSONA}, until: 'turn == 3', script: ["Hello {{ inputs.name }}", {user: How are you?, assert: [{type: contains, value: never}]}]`,
        MOCKS,
      ),
      { vars: { name: 'Ada' } },
    );
    expect(
      ran.events
        .filter(({ type }) => type === 'assertion.evaluated')
        .map(({ key, data }) => [key, (data as { verdict: string }).verdict]),
    ).toMatchInlineSnapshot(`
      [
        [
          "talk.script[1].assert[0]",
          "failed",
        ],
        [
          "assert[0]",
          "passed",
        ],
      ]
    `);
    const asked = ran.events.flatMap((event) =>
      event.type === 'model.requested'
        ? [[event.key, event.data.messagesAdded.map(({ role, content }) => `${role}: ${content}`)]]
        : [],
    );
    expect(asked).toMatchInlineSnapshot(`
      [
        [
          "talk/support/turn[1]",
          [
            "system: You help.",
            "user: Hello Ada",
          ],
        ],
        [
          "talk/support/turn[2]",
          [
            "user: How are you?",
          ],
        ],
        [
          "talk/turn[3]",
          [
            "system: You play a person who talks with an assistant. Write only what this person says, one message at a time.
      What the person wants: a refund
      How the person is: curt.
      When it is settled, or cannot be, write BYE and nothing else.",
            "user: The conversation begins. Write your first message.",
            "assistant: Hello Ada",
            "user: answer to Hello Ada",
            "assistant: How are you?",
            "user: answer to How are you?",
          ],
        ],
      ]
    `);
    expect(await replayed(ran)).toBe('identical');
  });

  it('ends after `maxTurns`, and takes a persona of the library by its name', async () => {
    const ran = await runGraph(
      talk('persona: impatient-customer, maxTurns: 2', '    - {reply: {content: again}}'),
    );
    expect(ran.view).toMatchObject({ output: 4, verdict: 'passed' });
  });

  it('needs an agent that stands beside it, and speaks for it alone', () => {
    const wrong = (nodes: string) => () =>
      graphOf(`${ROUTE}mocks: {main: [{reply: {content: x}}]}\nnodes:\n${nodes}`);
    expect(wrong('  talk: {type: conversation, agent: nobody, persona: {goal: x}}')).toThrow(
      'there is no agent `nobody`',
    );
    expect(
      wrong(`  a: {type: agent, system: x}
  talk: {type: conversation, agent: a, persona: {goal: x}}
  b: {type: transform, value: nodes.a.output}`),
    ).toThrow('a speaks in the conversation talk, and has no result of its own');
    expect(
      wrong(`  a: {type: agent, system: x}\n  talk: {type: conversation, agent: a, persona: nobody-known}`),
    ).toThrow('there is no persona `nobody-known`');
  });
});
