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
  a: {type: agent, prompt: x, scopes: [x]}`),
    ).toMatchInlineSnapshot(
      `"7:31-37 graph/not-yet-supported nodes.a.scopes: \`scopes\` of an agent does not run yet (remove \`scopes\`)"`,
    );
  });

  it('is refused of tools', () => {
    expect(
      graph(`${ROUTE}tools:
  guarded: {access: [admin], onUnknown: ask, mock: [{return: 1}]}
nodes:
  a: {type: agent, prompt: x, tools: [guarded]}`),
    ).toMatchInlineSnapshot(`
     "7:13-19 graph/not-yet-supported tools.guarded.access: access by scopes does not run yet (remove \`access\`)
     7:30-39 graph/not-yet-supported tools.guarded.onUnknown: asking a person does not run yet (use \`onUnknown: error\`)"
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
});
