import { describe, expect, it } from '@jest/globals';
import type { CompileOptions } from '../compile-options.js';
import { graphText, told } from '../testing/told.js';

/** A graph that has a route, so that its nodes may ask a model. */
const asking = (sections: string, options?: CompileOptions): string =>
  told(
    graphText(
      `providers: {m: {targets: [{provider: mock, script: s}]}}\nmocks: {s: [{reply: {content: hi}}]}\n${sections}`,
    ),
    /./,
    options,
  );
const TALK = `nodes:
  d: {type: agent, system: x, assert: [{type: cel, value: nodes.d.text == "x"}]}
  c: {type: conversation, agent: d, persona: {goal: g}, script: [{user: hi, assert: [{type: cel, value: nodes.d.text == text}]}]}
`;

describe('an agent that talks with a persona', () => {
  it('has no result that anything else could speak of', () => {
    expect(
      asking(`${TALK}  t: {type: transform, value: nodes.d.output, needs: [d]}
  u: {type: assert, assert: [{type: cel, value: nodes.d.text == "x"}]}
  l: {type: loop, until: nodes.d.text == "x", nodes: {m: {type: transform, value: "1"}}}
output: nodes.d.output
assert: [{type: cel, value: nodes.d.text == "x"}, {type: equals, value: "{{ nodes.d.text }}"}]
contracts: [{id: spoken, invariant: nodes.d.text != "x"}]
cases: [{id: a, assert: [{type: cel, value: nodes.d.output == 1}]}]`),
    ).toMatchInlineSnapshot(`
      "9:31-38 graph/unknown-node nodes.t.value: d speaks in the conversation c, and has no result of its own (refer to nodes.c)
      9:55-56 graph/unknown-node nodes.t.needs[0]: d speaks in the conversation c, and has no result of its own (refer to nodes.c)
      10:49-56 graph/unknown-node nodes.u.assert[0].value: d speaks in the conversation c, and has no result of its own (refer to nodes.c)
      11:26-33 graph/unknown-node nodes.l.until: d speaks in the conversation c, and has no result of its own (refer to nodes.c)
      12:9-16 graph/unknown-node output: d speaks in the conversation c, and has no result of its own (refer to nodes.c)
      13:29-36 graph/unknown-node assert[0].value: d speaks in the conversation c, and has no result of its own (refer to nodes.c)
      13:77-84 graph/unknown-node assert[1].value: d speaks in the conversation c, and has no result of its own (refer to nodes.c)
      15:45-52 graph/unknown-node cases[0].assert[0].value: d speaks in the conversation c, and has no result of its own (refer to nodes.c)"
    `);
  });

  it('is not told of itself', () => {
    expect(
      asking(`nodes:
  d: {type: agent, system: "{{ nodes.d.text }}"}
  c: {type: conversation, agent: d, persona: {goal: g}, script: ["{{ nodes.d.text }}"], until: nodes.d.text == "x"}`),
    ).toMatchInlineSnapshot(`
      "7:32-39 graph/unknown-node nodes.d.system: d speaks in the conversation c, and has no result of its own (refer to nodes.c)
      8:70-77 graph/unknown-node nodes.c.script[0]: d speaks in the conversation c, and has no result of its own (refer to nodes.c)
      8:96-103 graph/unknown-node nodes.c.until: d speaks in the conversation c, and has no result of its own (refer to nodes.c)"
    `);
  });

  it('hands its work to nobody, and is handed none', () => {
    expect(
      asking(`nodes:
  d: {type: agent, system: x, handoffs: [e]}
  c: {type: conversation, agent: d, persona: {goal: g}, maxTurns: 2}
  h: {type: agent, prompt: q, handoffs: [d]}
  e: {type: agent, prompt: x}`),
    ).toMatchInlineSnapshot(`
      "7:31-39 graph/bad-value nodes.d.handoffs: an agent that talks with a persona cannot hand its work to another (remove \`handoffs\`)
      9:42-43 graph/bad-value nodes.h.handoffs[0]: d speaks in the conversation c, where nobody can hand work to it (name an agent that is in no conversation)"
    `);
  });

  it('is an agent, and never the conversation itself or another one', () => {
    expect(
      asking(`nodes:
  x: {type: conversation, agent: x, persona: {}}
  y: {type: conversation, agent: z, persona: {goal: g}}
  z: {type: conversation, agent: y, persona: {goal: g}}
  v: {type: conversation, agent: constructor, persona: {goal: g}}`),
    ).toMatchInlineSnapshot(`
      "7:34-35 graph/unknown-node nodes.x.agent: the node x is of type conversation, a persona talks with an agent (name a node of type agent that stands beside)
      7:46-48 graph/bad-persona nodes.x.persona: the persona does not fit: the key \`goal\` is missing (it has a goal, and may have name, traits, system, stopWords, opening and provider)
      8:34-35 graph/unknown-node nodes.y.agent: the node z is of type conversation, a persona talks with an agent (name a node of type agent that stands beside)
      9:34-35 graph/unknown-node nodes.z.agent: the node y is of type conversation, a persona talks with an agent (name a node of type agent that stands beside)
      10:34-45 graph/unknown-node nodes.v.agent: there is no agent \`constructor\` (name a node of type agent that stands beside)"
    `);
  });
});

describe('a persona', () => {
  it('is told of with a route that is not there, where it is named or written', () => {
    const personas = () => ({ ok: true as const, persona: { goal: 'x', provider: 'nope' } });
    expect(
      asking(
        `nodes:
  d: {type: agent, system: x}
  a: {type: conversation, agent: d, persona: ann}
  b: {type: conversation, agent: d, persona: {goal: x, provider: mm}}`,
        { personas },
      ),
    ).toMatchInlineSnapshot(`
      "8:46-49 graph/unknown-provider nodes.a.persona: the persona ann: there is no route \`nope\` (there is m)
      9:66-68 graph/unknown-provider nodes.b.persona.provider: there is no route \`mm\` (did you mean \`m\`?)"
    `);
  });

  it('is warned of with what looks like a template and is none', () => {
    const talk = (persona: string) =>
      asking(`nodes: {d: {type: agent, system: x}, a: {type: conversation, agent: d, persona: ${persona}}}`);
    expect(talk('{goal: "Refund {{ inputs.id }}"}')).toMatchInlineSnapshot(
      `"6:81-113 warning graph/no-template nodes.a.persona: what a persona says and is told is no template: \`{{\` is sent as it is written (write it out, or say it in a turn of \`script\`, which is a template)"`,
    );
    expect(talk('{goal: x, opening: "{{ inputs.id }}"}')).toContain('graph/no-template');
    expect(talk('{goal: x, system: "I am {{ inputs.id }}"}')).toContain('graph/no-template');
    expect(talk('{goal: x, opening: "{ inputs.id }"}')).toBe('');
  });
});

describe('hand-offs', () => {
  it('are listed once, and no tool has the name of one', () => {
    expect(
      asking(`tools: {handoff_to_d: {mock: [{return: 1}]}}
nodes:
  a: {type: agent, prompt: x, handoffs: [d, d]}
  b: {type: agent, prompt: x, handoffs: [d], tools: [handoff_to_d]}
  d: {type: agent, prompt: x}`),
    ).toMatchInlineSnapshot(`
      "8:45-46 graph/duplicate-id nodes.a.handoffs[1]: the hand-off to d is listed twice (remove one of the two)
      9:42-43 graph/duplicate-id nodes.b.handoffs[0]: the tool handoff_to_d has the name of the hand-off to d (remove one of the two)"
    `);
  });
});
