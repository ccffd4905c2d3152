import { describe, expect, it } from '@jest/globals';
import { graphText, told } from '../testing/told.js';

const graph = (sections: string): string => told(graphText(sections));
const ROUTE =
  'providers: {m: {targets: [{provider: mock, script: s}]}}\nmocks: {s: [{reply: {content: hi}}]}\n';
const ONE = 'nodes: {a: {type: transform, value: "1"}}\n';

describe('what the format has and this release does not run', () => {
  it('is refused of nodes', () => {
    expect(
      graph(`${ROUTE}nodes:
  a: {type: agent, prompt: x, driver: http, http: {url: x}, scopes: [x]}`),
    ).toMatchInlineSnapshot(`
     "7:31-37 graph/not-yet-supported nodes.a.driver: the driver http does not run yet (use \`driver: builtin\`)
     7:45-49 graph/not-yet-supported nodes.a.http: \`http\` of an agent does not run yet (remove \`http\`)
     7:61-67 graph/not-yet-supported nodes.a.scopes: \`scopes\` of an agent does not run yet (remove \`scopes\`)"
    `);
  });

  it('is refused of routes and tools', () => {
    expect(
      graph(`providers:
  live: {targets: [{provider: openai, model: x}]}
  spread: {strategy: round-robin, targets: [{provider: mock, script: s}]}
mocks: {s: [{reply: {content: hi}}]}
tools:
  remote: {http: {url: "https://x.example/{{ args.x }}/{{ arg }}"}}
  nothing: {description: x}
  guarded: {access: [admin], onUnknown: ask, mock: [{return: 1}]}
nodes:
  a: {type: agent, provider: live, prompt: x, tools: [remote, nothing, guarded]}
  b: {type: llm, provider: spread, prompt: x}`),
    ).toMatchInlineSnapshot(`
     "5:21-29 graph/not-yet-supported providers.live.targets[0].provider: calls to openai do not leave yet (add a mock target: {provider: mock, script: <a key of \`mocks\`>})
     6:12-20 graph/not-yet-supported providers.spread.strategy: the strategy round-robin does not run yet (use fallback: the targets are tried in their order)
     9:12-16 graph/not-yet-supported tools.remote.http: the HTTP call of a tool does not run yet (add \`mock\`)
     9:59-62 expression/unknown-name tools.remote.http.url: unknown name \`arg\`; known here are args, inputs, vars, run (did you mean \`args\`?)
     10:3-10 graph/not-yet-supported tools.nothing: the tool nothing has nothing that answers (add \`mock\`)
     11:13-19 graph/not-yet-supported tools.guarded.access: access by scopes does not run yet (remove \`access\`)
     11:30-39 graph/not-yet-supported tools.guarded.onUnknown: asking a person does not run yet (use \`onUnknown: error\`)"
    `);
  });

  it('is refused of contracts and cases', () => {
    expect(
      graph(`${ONE}contracts:
  - {id: d, never: "false", stopOnViolation: true}
cases:
  - {id: x, memory: {a: 1}}`),
    ).toMatchInlineSnapshot(`
     "6:29-44 graph/not-yet-supported contracts[0].stopOnViolation: stopping at a violation does not run yet (remove \`stopOnViolation\`)
     8:13-19 graph/not-yet-supported cases[0].memory: memory does not run yet (remove \`memory\`)"
    `);
  });

  it('is only warned of where it acts when asked for', () => {
    expect(
      graph(`${ONE}chaos: {flaky: []}
metamorphic: [{id: m, transform: {}, relation: equal}]`),
    ).toMatchInlineSnapshot(`
     "5:1-6 warning graph/not-yet-supported chaos: chaos profiles do not run yet
     6:1-12 warning graph/not-yet-supported metamorphic: metamorphic relations do not run yet"
    `);
  });

  it('is only warned of where something else answers', () => {
    expect(
      graph(`providers: {m: {targets: [{provider: openai, model: x}, {provider: mock, script: s}]}}
mocks: {s: [{reply: {content: hi}}]}
tools: {t: {http: {url: https://x.example}, mock: [{return: 1}]}}
nodes: {a: {type: agent, prompt: x, tools: [t]}}`),
    ).toMatchInlineSnapshot(`
     "4:28-36 warning graph/not-yet-supported providers.m.targets[0].provider: calls to openai do not leave yet; this target is passed over
     6:13-17 warning graph/not-yet-supported tools.t.http: the HTTP call of a tool does not run yet; its mock answers"
    `);
  });
});
