import { describe, expect, it } from '@jest/globals';
import { graphText, told } from '../testing/told.js';

/** Everything that is told of a graph with these sections; its first three lines are sound. */
const graph = (sections: string): string => told(graphText(sections));

describe('a document whose shape does not fit', () => {
  it('is told when it is no mapping', () => {
    expect(told('- a')).toMatchInlineSnapshot(
      `"1:1-4 graph/wrong-type expected a mapping, got a list (write a mapping here)"`,
    );
    expect(told('\n\nhello')).toMatchInlineSnapshot(
      `"3:1-6 graph/wrong-type expected a mapping, got the text "hello" (write a mapping here)"`,
    );
  });

  it('is told what is missing at its top', () => {
    expect(told('name: x')).toMatchInlineSnapshot(`
     "1:1-2 graph/missing-key apiVersion: the key \`apiVersion\` is missing (add \`apiVersion\`)
     1:1-2 graph/missing-key kind: the key \`kind\` is missing (add \`kind\`)
     1:1-2 graph/missing-key nodes: the key \`nodes\` is missing (add \`nodes\`)"
    `);
  });

  it('is told of a wrong version, kind and name', () => {
    expect(
      told('apiVersion: rehearse/v2\nkind: Grph\nname: My Graph\nnodes: {a: {type: transform, value: "1"}}'),
    ).toMatchInlineSnapshot(`
     "1:13-24 graph/bad-value apiVersion: "rehearse/v2" is not a value of \`apiVersion\` (did you mean \`rehearse/v1\`?)
     2:7-11 graph/bad-value kind: "Grph" is not a value of \`kind\` (did you mean \`Graph\`?)
     3:7-15 graph/bad-value name: "My Graph" must be a slug: lower-case letters, digits and -, at most 63, a letter first"
    `);
  });

  it.each(['Persona', 'Suite', 'GuardPolicy'])('is told what a %s is for, and nothing else', (kind) => {
    expect(told(`apiVersion: rehearse/v1\nkind: ${kind}\ngoal: x`)).toMatchSnapshot();
  });

  it('is told of a kind that there is not, and of nothing else', () => {
    const kind = (text: string) => told(`apiVersion: rehearse/v1\nkind: ${text}\nname: x\ngoal: x`);
    expect([kind('Persno'), kind('Zebra')].join('\n')).toMatchInlineSnapshot(`
      "2:7-13 graph/bad-value kind: "Persno" is not a value of \`kind\` (did you mean \`Persona\`?)
      2:7-12 graph/bad-value kind: "Zebra" is not a value of \`kind\` (one of Graph, Persona, Suite, GuardPolicy)"
    `);
  });

  it('is told of unknown keys, with the near one', () => {
    expect(
      graph(
        'nodse: {}\nnodes:\n  a:\n    type: transform\n    value: "1"\n    whn: "true"\n    zebra: 1\nbudget: {maxCost: 1}',
      ),
    ).toMatchInlineSnapshot(`
     "4:1-6 graph/unknown-key nodse: unknown key \`nodse\` (did you mean \`nodes\`?)
     9:5-8 graph/unknown-key nodes.a.whn: unknown key \`whn\` (did you mean \`when\`?)
     10:5-10 graph/unknown-key nodes.a.zebra: unknown key \`zebra\` (remove it; the keys here are type, description, needs, when, join, onError, requires, ensures, assert, value)
     11:10-17 graph/unknown-key budget.maxCost: unknown key \`maxCost\` (remove it; the keys here are maxCostUsd, maxTokens, maxDuration, maxTurns)"
    `);
  });

  it('is told of a misspelt key once, not as a missing key too', () => {
    expect(graph('nodes:\n  a: {type: transform, valeu: "1"}\n  b: {typ: llm, prompt: x}'))
      .toMatchInlineSnapshot(`
     "5:24-29 graph/unknown-key nodes.a.valeu: unknown key \`valeu\` (did you mean \`value\`?)
     6:3-4 graph/missing-key nodes.b.type: the key \`type\` is missing (add \`type\`)"
    `);
  });

  it('is told of missing keys at the key of what lacks them', () => {
    expect(
      graph(
        'nodes:\n  a: {type: tool}\n  b:\n    type: switch\n    cases: [{name: x}]\ncontracts: [{never: "false"}]\ncases: [{vars: {}}]',
      ),
    ).toMatchInlineSnapshot(`
     "5:3-4 graph/missing-key nodes.a.tool: the key \`tool\` is missing (add \`tool\`)
     8:13-14 graph/missing-key nodes.b.cases[0].when: the key \`when\` is missing (add \`when\`)
     9:13-14 graph/missing-key contracts[0].id: the key \`id\` is missing (add \`id\`)
     10:9-10 graph/missing-key cases[0].id: the key \`id\` is missing (add \`id\`)"
    `);
  });

  it('is told of a missing key that may be of several types', () => {
    expect(
      graph(
        'nodes:\n  a: {type: wait}\n  b: {type: human}\n  c: {type: conversation, agent: d}\n' +
          '  d: {type: agent, prompt: x, messages: [{role: user}]}\nproviders: {r: {targets: [{provider: mock, script: s}]}}\n' +
          'mocks: {s: [{reply: {content: x}}]}',
      ),
    ).toMatchInlineSnapshot(`
      "5:3-4 graph/missing-key nodes.a.for: the key \`for\` is missing (add \`for\`)
      6:3-4 graph/missing-key nodes.b.prompt: the key \`prompt\` is missing (add \`prompt\`)
      7:3-4 graph/missing-key nodes.c.persona: the key \`persona\` is missing (add \`persona\`)
      8:42-43 graph/missing-key nodes.d.messages[0].content: the key \`content\` is missing (add \`content\`)"
    `);
  });

  it('is told of a wait whose time is no text', () => {
    const wait = (time: string) => graph(`nodes: {a: {type: wait, for: ${time}}}`);
    expect([wait('5'), wait('null'), wait('[]')].join('\n')).toMatchInlineSnapshot(`
      "4:30-31 graph/wrong-type nodes.a.for: expected text, got 5 (write it with its unit, as in 5s)
      4:30-34 graph/wrong-type nodes.a.for: expected text, got nothing (null) (write text here)
      4:25-28 graph/wrong-type nodes.a.for: expected text, got a list (write text here)"
    `);
    expect(graph('matrix: {nodes.a.type: [wait]}\nnodes: {a: {type: transform, value: "1"}}'))
      .toMatchInlineSnapshot(`
      "5:9-10 graph/missing-key nodes.a.for: the key \`for\` is missing (add \`for\`)
      5:30-35 graph/unknown-key nodes.a.value: unknown key \`value\` (remove it; the keys here are type, description, needs, when, join, onError, requires, ensures, assert, for)"
    `);
  });

  it('is told of wrong types in words', () => {
    expect(
      graph(
        'description: 5\nvirtualTime: "yes"\nnodes:\n  a: {type: transform, value: true, needs: b}\n  b: []\n  c:\ncases: {}\nbudget: {maxTokens: 1.5}',
      ),
    ).toMatchInlineSnapshot(`
     "4:14-15 graph/wrong-type description: expected text, got 5 (quote it: "5")
     5:14-19 graph/wrong-type virtualTime: expected true or false, got the text "yes" (write true or false here)
     7:31-35 graph/wrong-type nodes.a.value: expected text, got true (quote it: "true")
     7:44-45 graph/wrong-type nodes.a.needs: expected a list, got the text "b" (write a list here)
     8:3-4 graph/wrong-type nodes.b: expected a mapping, got a list (write a mapping here)
     9:3-4 graph/wrong-type nodes.c: expected a mapping, got nothing (null) (write a mapping here)
     10:1-6 graph/wrong-type cases: expected a list, got a mapping (write a list here)
     11:21-24 graph/wrong-type budget.maxTokens: expected a whole number, got 1.5 (write a whole number here)"
    `);
  });

  it('is told of an unknown type of node', () => {
    expect(graph('nodes: {a: {type: lm, prompt: x}, b: {type: 7}, c: {prompt: x}}')).toMatchInlineSnapshot(`
     "4:19-21 graph/bad-value nodes.a.type: "lm" is not a value of \`type\` (did you mean \`llm\`?)
     4:45-46 graph/wrong-type nodes.b.type: expected text, got 7 (write text here)
     4:49-50 graph/missing-key nodes.c.type: the key \`type\` is missing (add \`type\`)"
    `);
  });

  it('is told of a time that is longer than any clock should count', () => {
    expect(
      graph(
        'nodes:\n  a: {type: wait, for: 99999999999999h}\n  b: {type: human, prompt: x, timeout: 3651d}\n' +
          '  c: {type: human, prompt: x, timeout: 3650d}\n  d: {type: tool, tool: t}\n' +
          `budget: {maxDuration: 9${'0'.repeat(40)}d}\ntools: {t: {mock: [{return: 1}]}}\n` +
          'chaos: {p: [{on: "tool:t", fault: clock-skew, by: -999999d}]}\n',
      ),
    ).toMatchInlineSnapshot(`
     "5:24-39 graph/bad-value nodes.a.for: \`99999999999999h\` is no duration of at most 3650d (write a number and its unit: 200ms, 30s, 2m, 1h or 1d)
     6:40-45 graph/bad-value nodes.b.timeout: "3651d" must be at most 3650d
     9:23-65 graph/bad-value budget.maxDuration: "90000000000000000000000000000000000000000d" must be at most 3650d
     11:51-59 graph/bad-value chaos.p[0].by: \`-999999d\` is no duration with a sign (write it as in \`by: -1h\`)"
    `);
  });

  it('is told of bad values', () => {
    expect(
      graph(
        'nodes:\n  a b: {type: transform, value: ""}\n  b: {type: transform, value: "1", join: al, onError: ignore}\n' +
          'budget: {maxDuration: 5 minutes, maxTurns: -1}\ncontracts: [{id: "1", never: "false"}, {id: x}, {id: y, never: "false", always: "true"}]\n' +
          'cases: [{id: "a b"}, {id: c, repeat: {runs: 2, minPass: 3}}, {id: d, seed: 4294967296}]\n' +
          'providers: {r: {targets: []}}\nmocks: {s: [{}]}\nmatrix: {"": [1]}',
      ),
    ).toMatchInlineSnapshot(`
     "5:3-6 graph/bad-value nodes["a b"]: \`a b\` must be a name: letters, digits and _, at most 63, no digit first
     6:42-44 graph/bad-value nodes.b.join: "al" is not a value of \`join\` (did you mean \`all\`?)
     6:55-61 graph/bad-value nodes.b.onError: "ignore" is not a value of \`onError\` (one of stop, continue)
     7:23-32 graph/bad-value budget.maxDuration: "5 minutes" must be a duration such as 200ms, 30s, 2m or 1h
     7:44-46 graph/bad-value budget.maxTurns: must be more than 0
     8:18-21 graph/bad-value contracts[0].id: "1" must be letters, digits, _ and -, at most 63
     8:40-47 graph/bad-value contracts[1]: a contract has exactly one pattern: never, always, eventually, atMost, atLeast, precedes, responds, invariant
     8:49-88 graph/bad-value contracts[2]: a contract has exactly one pattern: never, always, eventually, atMost, atLeast, precedes, responds, invariant
     9:14-19 graph/bad-value cases[0].id: "a b" must be letters, digits and _.:-, at most 128
     9:30-36 graph/bad-value cases[1].repeat: \`minPass\` is larger than \`runs\`
     9:76-86 graph/bad-value cases[2].seed: must be at most 4294967295
     10:17-24 graph/bad-value providers.r.targets: must have at least 1 entry
     11:13-15 graph/bad-value mocks.s[0]: a mock rule has either \`reply\` or \`error\`
     12:10-12 graph/bad-value matrix[""]: \`\` must have at least 1 character"
    `);
  });

  it('is told of a reply that has one answer and a list of answers', () => {
    const reply = (text: string) => graph(`mocks:\n  s: [{reply: ${text}}]\nnodes: {}`);
    const message = 'with `oneOf` the answers stand in its list, and only `latency` beside it';
    expect(reply('{content: a, oneOf: [{content: b}]}')).toContain(`mocks.s[0].reply: ${message}`);
    expect(reply('{latency: 1s, oneOf: [{content: b}]}')).not.toContain(message);
  });

  it('is told of a latency that cannot be, or that stands twice', () => {
    expect(
      graph(`mocks:
  s:
    - {when: "true", reply: {content: a, latency: 1s}, latency: 2s}
    - {when: "true", reply: {content: a}, latency: {p50: 3s, p99: 1s}}
  o: [{reply: {content: a}, latency: {p50: 3, p99: 1s}}]
tools: {t: {mock: [{return: 1, latency: {p50: 2s, p99: 1999ms}}]}}
nodes: {a: {type: tool, tool: t}}`),
    ).toMatchInlineSnapshot(`
     "6:7-68 graph/bad-value mocks.s[0]: \`latency\` stands in the rule or in its \`reply\`, not in both
     7:43-50 graph/bad-value mocks.s[1].latency: \`p50\` is longer than \`p99\`
     8:44-45 graph/wrong-type mocks.o[0].latency.p50: expected text, got 3 (write it with its unit, as in 3s)
     9:32-39 graph/bad-value tools.t.mock[0].latency: \`p50\` is longer than \`p99\`"
    `);
  });

  it('is told of a budget in which there is no time', () => {
    expect(
      graph('nodes: {a: {type: transform, value: "1"}}\nbudget: {maxDuration: 0s, maxTokens: 1}'),
    ).toMatchInlineSnapshot(`"5:23-25 graph/bad-value budget.maxDuration: "0s" must be more than 0"`);
  });

  it('is told of a union at the branch that was meant', () => {
    expect(
      graph(
        'providers:\n  r:\n    targets: [{provider: mock, scrpt: s}, {provider: opnai, model: x}, {provider: openai, modle: x}]\n' +
          'nodes:\n  a: {type: llm, prompt: {fil: x}}\n  b: {type: llm, prompt: [x], output: text}\n' +
          'assert: [{typ: contains, value: x}, {type: assert-set}, {type: contains, valu: x}, 5]\n' +
          'cases: [{dataset: 5}, {id: x, datset: y}]',
      ),
    ).toMatchInlineSnapshot(`
     "6:32-37 graph/unknown-key providers.r.targets[0].scrpt: unknown key \`scrpt\` (did you mean \`script\`?)
     6:54-59 graph/bad-value providers.r.targets[1].provider: "opnai" is not a value of \`provider\` (did you mean \`openai\`?)
     6:91-96 graph/unknown-key providers.r.targets[2].modle: unknown key \`modle\` (did you mean \`model\`?)
     8:27-30 graph/unknown-key nodes.a.prompt.fil: unknown key \`fil\` (did you mean \`file\`?)
     9:18-24 graph/wrong-type nodes.b.prompt: expected text or a mapping, got a list (write text or a mapping here)
     9:39-43 graph/wrong-type nodes.b.output: expected true or false or a mapping, got the text "text" (write true or false or a mapping here)
     10:11-14 graph/unknown-key assert[0].typ: unknown key \`typ\` (did you mean \`type\`?)
     10:44-54 graph/bad-value assert[1].type: "assert-set" is not an assertion type
     10:74-78 graph/unknown-key assert[2].valu: unknown key \`valu\` (did you mean \`value\`?)
     10:84-85 graph/wrong-type assert[3]: expected a mapping, got 5 (write a mapping here)
     11:19-20 graph/wrong-type cases[0].dataset: expected text, got 5 (quote it: "5")
     11:31-37 graph/unknown-key cases[1].datset: unknown key \`datset\` (did you mean \`dataset\`?)"
    `);
  });

  it('is told only what helps', () => {
    expect(
      graph(
        'nodes:\n  a: {type: wait, for: 5}\n  b: {type: wait}\nbudget: {maxDuration: 5}\n' +
          'contracts: [{id: 7, responds: {to: "true", with: "true", within: 5}}]\n' +
          'assert:\n' +
          '  - {type: assert-set, value: x, assert: [{type: contains, value: x}]}\n' +
          '  - {type: not-assert-set, assert: [{type: contains, value: x}]}\n' +
          '  - {type: assert-set, assert: [{type: assert-set, assert: [{type: contains, value: x}]}]}\n' +
          '  - {$ref: f, type: contains}\n' +
          'assertTemplates: {f: {type: contains, value: x}}',
      ),
    ).toMatchInlineSnapshot(`
      "5:24-25 graph/wrong-type nodes.a.for: expected text, got 5 (write it with its unit, as in 5s)
      6:3-4 graph/missing-key nodes.b.for: the key \`for\` is missing (add \`for\`)
      7:23-24 graph/wrong-type budget.maxDuration: expected text, got 5 (write it with its unit, as in 5s)
      8:18-19 graph/wrong-type contracts[0].id: expected text, got 7 (write text here)
      8:66-67 graph/wrong-type contracts[0].responds.within: expected text or a mapping, got 5 (write it with its unit, as in 5s)
      10:24-29 graph/unknown-key assert[0].value: unknown key \`value\` (remove it; the keys here are type, assert, threshold, weight, metric, severity)
      11:12-26 graph/bad-value assert[1].type: "not-assert-set" is not an assertion type
      11:28-34 graph/unknown-key assert[1].assert: unknown key \`assert\` (remove it; the keys here are type, value, transform, provider, votes, threshold, weight, metric, severity, $ref)
      12:12-22 graph/bad-value assert[2].type: "assert-set" is not an assertion type
      12:24-30 graph/unknown-key assert[2].assert: unknown key \`assert\` (remove it; the keys here are type, value, transform, provider, votes, threshold, weight, metric, severity, $ref)
      13:6-10 graph/unknown-key assert[3].$ref: unknown key \`$ref\` (remove it; the keys here are type, value, transform, provider, votes, threshold, weight, metric, severity, assert)"
    `);
  });

  it('is told of an unknown assertion, with the near one', () => {
    expect(
      graph(
        'nodes: {a: {type: transform, value: "1"}}\nassert: [{type: icontain, value: x}, {type: not-regx, value: x}, {type: zebra}]',
      ),
    ).toMatchInlineSnapshot(`
     "5:17-25 graph/bad-value assert[0].type: "icontain" is not an assertion type (did you mean \`icontains\`?)
     5:45-53 graph/bad-value assert[1].type: "not-regx" is not an assertion type (did you mean \`not-regex\`?)
     5:73-78 graph/bad-value assert[2].type: "zebra" is not an assertion type"
    `);
  });

  it('goes on with what is sound: mistakes of every sort are told at once', () => {
    expect(
      graph(`
providers:
  agent: {targets: [{provider: mock, script: talk}]}
mocks:
  talk: [{reply: {content: hi}}]
nodes:
  greet:
    type: llm
    promt: Hello
  answer:
    type: llm
    prompt: "About {{ nodes.gret.text }}"
  first:
    type: transform
    value: nodes.second.output
  second:
    type: transform
    value: nodes.first.output
  check:
    type: transform
    value: nodes.greet.text ==
  greet:
    type: llm
    prompt: Hello again
`),
    ).toMatchInlineSnapshot(`
     "11:5-10 graph/unknown-key nodes.greet.promt: unknown key \`promt\` (did you mean \`prompt\`?)
     14:23-33 graph/unknown-node nodes.answer.prompt: there is no node \`gret\` (did you mean \`greet\`?)
     20:12-23 graph/cycle nodes.second.value: these nodes wait for each other: first -> second -> first (remove one of the references; a \`loop\` node repeats)
     23:31-31 expression/syntax nodes.check.value: unexpected token: the end (complete the CEL expression, as in nodes.a.output == "x")
     24:3-8 graph/duplicate-id nodes.greet: the id \`greet\` stands twice here, first on line 9 (rename one of the two)"
    `);
  });
});
