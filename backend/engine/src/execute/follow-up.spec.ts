import { describe, expect, it } from '@jest/globals';
import { graphOf, replayed, ROUTE, runGraph } from '@rehearse/testkit';
import { followUpsOf, sketchOf } from './follow-up.js';
import { sourceCaseOf } from './plan.js';

const SECTIONS = (relation: string, polite: string) => `${ROUTE}
mocks:
  main:
    - {when: 'toolResults.size() == 0 && inputs.message.startsWith("Please")', reply: {toolCalls: [{name: ${polite}}]}}
    - {when: toolResults.size() == 0, reply: {toolCalls: [{name: look}]}}
    - {reply: {content: "{{ inputs.message.size() > 12 ? 'Gladly.' : 'Here.' }}"}}
tools: {look: {mock: [{return: 1}]}, pay: {mock: [{return: 1}]}}
nodes: {desk: {type: agent, prompt: "{{ inputs.message }}", tools: [look, pay]}}
assert: [{type: not-trajectory:tool-used, value: pay}]
metamorphic: [{id: politeness, transform: {message: "Please, {{ vars.message }}"}, relation: ${relation}}]
cases: [{id: x, vars: {message: my order}}]
`;
const graph = (relation: string, polite = 'look') => graphOf(SECTIONS(relation, polite));

async function pair(of: ReturnType<typeof graph>) {
  const vars = { message: 'my order' };
  const a = await runGraph(of, { vars, caseId: 'x' });
  const planned = followUpsOf(of, { caseId: 'x', vars });
  if (!planned.ok) throw new Error(planned.message);
  const [{ relation, caseId, vars: changed }] = planned.followUps as [(typeof planned.followUps)[0]];
  const follows = {
    relation,
    source: sketchOf(of, a.events)!,
  };
  return runGraph(of, { vars: changed, caseId, follows });
}

describe('a follow-up', () => {
  it.each([
    ['same-tools', 'look', 'passed'],
    ['same-tools', 'pay', 'failed'],
    ['equal', 'look', 'failed'],
    ['same-verdict', 'look', 'passed'],
    ['same-verdict', 'pay', 'failed'],
    ['{cel: a.tools == b.tools && a.text != b.text}', 'look', 'passed'],
  ])(
    'for %s with a call of %s has %s, journaled as a check of its own, and replays',
    async (relation, tool, verdict) => {
      const ran = await pair(graph(relation, tool));
      const found = ran.view.assertions.find(({ id }) => id === 'metamorphic:politeness');
      expect(found).toMatchObject({ type: 'metamorphic', verdict });
      expect(ran.view.vars).toEqual({ message: 'Please, my order' });
      expect(await replayed(ran)).toBe('identical');
    },
  );

  it('is named by its case and its relation', () => {
    const planned = followUpsOf(graph('equal'), { caseId: 'x', vars: { message: 'a' } });
    expect(planned).toMatchObject({ followUps: [{ caseId: 'x~politeness' }] });
    expect([sourceCaseOf('x~politeness'), sourceCaseOf('~politeness')]).toEqual(['x', null]);
    expect(followUpsOf(graph('equal'), { caseId: 'x', vars: {} }).ok).toBe(false);
  });

  it('is not made where its vars would not fit the inputs of the graph', () => {
    const of = graphOf(`
inputs: {type: object, properties: {n: {type: number}}, additionalProperties: false}
nodes: {a: {type: transform, value: inputs.n}}
metamorphic: [{id: worded, transform: {n: "{{ vars.n }} apples"}, relation: equal}]
`);
    expect(followUpsOf(of, { caseId: 'rows:1', vars: { n: 1 } })).toEqual({
      ok: false,
      message: 'the relation worded: its vars do not fit `inputs`: /n must be a number, not a string',
    });
  });

  it('counts as an assertion of the graph says, which is asserted nowhere else', async () => {
    const weighed = graphOf(
      SECTIONS('equal', 'look').replace(
        'assert: [',
        'assert: [{type: metamorphic, value: politeness, weight: 0, severity: minor, metric: tone}, ',
      ),
    );
    const ran = await pair(weighed);
    const found = ran.view.assertions.filter(({ type }) => type === 'metamorphic');
    expect(found).toMatchObject([
      { id: 'metamorphic:politeness', verdict: 'failed', weight: 0, severity: 'minor', metric: 'tone' },
    ]);
    expect(ran.view.verdict).toBe('passed');
    expect(await replayed(ran)).toBe('identical');
  });

  it('of a run that is errored cannot be told', async () => {
    const of = graph('equal');
    const source = { output: null, text: null, tools: [], verdict: 'errored' } as const;
    const follows = { relation: 'politeness', source: { ...source, tools: [] } };
    const ran = await runGraph(of, { vars: { message: 'a' }, caseId: 'x~politeness', follows });
    expect(ran.view.assertions.at(-1)).toMatchObject({
      verdict: 'errored',
      reason: 'the run that it follows is errored',
    });
    expect(ran.view.verdict).toBe('errored');
  });
});
