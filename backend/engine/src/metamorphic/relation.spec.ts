import { describe, expect, it } from '@jest/globals';
import { compileGraph } from '../graph/index.js';
import { graphText, told } from '../graph/testing/told.js';
import { followUpVars, judgeRelation, type CompiledRelation, type RunSketch } from './relation.js';

const ONE = 'nodes: {a: {type: transform, value: "1"}}\n';

function relationOf(
  relation: string,
  transform = '{message: "Please, {{ vars.message }}. Thank you!"}',
): CompiledRelation {
  const compiled = compileGraph(
    graphText(`${ONE}metamorphic: [{id: polite, transform: ${transform}, relation: ${relation}}]`),
  );
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.graph.metamorphic[0]!;
}

const run = (change: Partial<RunSketch> = {}): RunSketch => ({
  ...{ output: { refunded: true }, text: 'ok', tools: ['look_up', 'refund'], verdict: 'passed' },
  ...change,
});

describe('a metamorphic relation', () => {
  it('makes vars for a follow-up of those of the run, and leaves the others', () => {
    expect(followUpVars(relationOf('equal'), { message: 'a refund', order: 'W1' })).toEqual({
      ok: true,
      vars: { message: 'Please, a refund. Thank you!', order: 'W1' },
    });
    expect(followUpVars(relationOf('equal'), {})).toEqual({
      ok: false,
      message: expect.stringMatching(/^vars\.message: no such field/) as unknown as string,
    });
  });

  it.each<[string, Partial<RunSketch>, boolean]>([
    ['equal', { text: 'other' }, true],
    ['equal', { output: { refunded: false } }, false],
    ['same-tools', { output: null }, true],
    ['same-tools', { tools: ['refund', 'look_up'] }, false],
    ['same-verdict', { tools: [] }, true],
    ['same-verdict', { verdict: 'failed' }, false],
    ['{cel: "a.output == b.output && b.tools.size() <= a.tools.size()"}', { tools: ['look_up'] }, true],
    ['{cel: "a.text == b.text"}', { text: 'no' }, false],
  ])('%s with a follow-up that has %j: %s', (relation, change, holds) => {
    expect(judgeRelation(relationOf(relation), run(), run(change))).toMatchObject({ holds });
  });

  it('shows both sides', () => {
    expect(judgeRelation(relationOf('same-tools'), run(), run({ tools: [] }))).toMatchObject({
      claim: ['the follow-up', 'call the same tools'],
      got: '[] where the run has ["look_up","refund"]',
    });
  });

  it('that cannot be evaluated is unknown', () => {
    expect(judgeRelation(relationOf('{cel: "a.output.x == 1"}'), run(), run())).toEqual({
      unknown: expect.stringMatching(/^a\.output\.x == 1: a\.output\.x: no such field/) as unknown as string,
    });
  });

  it('is told where it makes vars of a case that do not fit the inputs of the graph', () => {
    const relating = (transform: string, vars = '{n: 1}') =>
      told(
        graphText(`${ONE}inputs: {properties: {n: {type: number}}, additionalProperties: false}
cases: [{id: x, vars: ${vars}}, {id: y, vars: {n: 2}}]
metamorphic: [{id: p, relation: equal, transform: ${transform}}]`),
      );
    expect(relating('{n: "text {{ vars.n }}", zz: 1}')).toMatchInlineSnapshot(`
      "7:51-82 graph/invalid-vars metamorphic[0].transform: the vars of x~p do not fit \`inputs\`: must not have the field \`zz\` (change \`transform\`, or \`inputs\`)
      7:55-74 graph/invalid-vars metamorphic[0].transform.n: the vars of x~p do not fit \`inputs\`: n must be a number, not a string (change \`transform\`, or \`inputs\`)"
    `);
    expect(relating('{n: "{{ vars.q }}"}')).toMatchInlineSnapshot(
      `"7:51-70 graph/invalid-vars metamorphic[0].transform: the vars of x~p cannot be made: vars.q: no such field 'q', did you mean 'n'? (change \`transform\`, or \`inputs\`)"`,
    );
    expect(relating('{n: "{{ vars.n + 1 }}"}')).toMatchInlineSnapshot(`""`);
    expect(relating('{n: "{{ vars.n }}!"}', '{n: one}')).toMatchInlineSnapshot(`
      "6:27-30 graph/invalid-vars cases[0].vars.n: the vars of x do not fit \`inputs\`: n must be a number, not a string (change the vars, or \`inputs\`)
      7:55-70 graph/invalid-vars metamorphic[0].transform.n: the vars of y~p do not fit \`inputs\`: n must be a number, not a string (change \`transform\`, or \`inputs\`)"
    `);
  });

  it('is checked where it stands', () => {
    expect(
      told(
        graphText(`${ONE}metamorphic:
  - {id: p, transform: {x: "{{ var.x }}"}, relation: equal}
  - {id: p, transform: {x: 1}, relation: {cel: a.outptu == b.output}}
  - {id: q, transform: {x: 1}, relation: alike}
assert: [{type: metamorphic, value: pp}, {type: not-metamorphic, value: p}]`),
      ),
    ).toMatchInlineSnapshot(`
      "6:32-35 expression/syntax metamorphic[0].transform.x: reserved identifier: var (complete the CEL expression, as in nodes.a.output == "x")
      7:10-11 graph/duplicate-id metamorphic[1].id: the relation \`p\` stands twice (rename one of the two)
      7:48-56 expression/unknown-name metamorphic[1].relation.cel: a.outptu: there is no field \`outptu\` here; there are output, text, tools, verdict (did you mean \`output\`?)
      8:42-47 graph/bad-value metamorphic[2].relation: "alike" is not a value of \`relation\` (one of equal, same-tools, same-verdict)
      9:37-39 graph/unknown-relation assert[0].value: there is no relation \`pp\` (did you mean \`p\`?)
      9:49-64 assertion/bad-value assert[1].type: a relation is not negated: say in it what has to hold"
    `);
  });
});
