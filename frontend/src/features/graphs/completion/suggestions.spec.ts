import { describe, expect, it } from '@jest/globals';
import { graphJsonSchema } from '@rehearse/contracts';
import type { FormatSchema } from './json-schema.js';
import { suggestionsAt, type Suggestion } from './suggestions.js';
import { placesAt } from './yaml-place.js';

const format = graphJsonSchema() as FormatSchema;

/** What is offered where `|` stands. */
function offered(text: string): Suggestion[] {
  const position = text.lastIndexOf('¦');
  const places = placesAt(text.replace('¦', ''), position);
  return places.flatMap((place) => suggestionsAt(format, place));
}
const labels = (text: string): string[] => offered(text).map(({ label }) => label);

const GRAPH = `apiVersion: rehearse/v1
kind: Graph
name: desk
providers:
  main: {targets: [{provider: mock, script: careful}]}
mocks:
  careful: [{reply: {content: hi}}]
tools:
  look_up: {description: Finds an order., mock: [{return: 1}]}
contracts:
  - {id: once, atMost: {count: 1, of: 'tool == "look_up"'}}
`;
const inNode = (rest: string): string => `${GRAPH}nodes:
  first: {type: agent, tools: [look_up]}
  second:
${rest}`;

describe('the keys that may stand at the cursor', () => {
  it('are those of the format, without those that are written', () => {
    const found = labels(`apiVersion: rehearse/v1\nkind: Graph\n¦`);
    expect(found).toEqual(expect.arrayContaining(['name', 'nodes', 'contracts', 'metamorphic']));
    expect(found).not.toContain('kind');
  });

  it('are told with what the format says of them, and whether they are required', () => {
    const found = offered(inNode('    type: agent\n    ma¦'));
    expect(found.find(({ label }) => label === 'maxTurns')).toMatchObject({ description: 'Default 10.' });
    expect(offered('kind: Graph\n¦').find(({ label }) => label === 'nodes')).toMatchObject({
      ...{ detail: 'required', opens: 'mapping' },
    });
  });

  it('are required where no form of the mapping does without', () => {
    const found = offered(inNode('    ¦'));
    expect(found.filter(({ isRequired }) => isRequired).map(({ label }) => label)).toEqual(['type']);
    expect(found.find(({ label }) => label === 'type')).not.toHaveProperty('description');
    expect(labels(inNode('    ¦'))).toContain('persona');
  });

  it('of a node are those of its type', () => {
    expect(labels(inNode('    type: agent\n    ¦'))).toContain('handoffs');
    expect(labels(inNode('    type: tool\n    ¦'))).toEqual(expect.arrayContaining(['tool', 'args']));
    expect(labels(inNode('    type: tool\n    ¦'))).not.toContain('handoffs');
    expect(labels(inNode('    ¦\n    type: tool'))).not.toContain('handoffs');
  });

  it('are found in braces too, closed or not', () => {
    const closed = `${GRAPH}nodes:\n  a: {type: transform, ¦}\n`;
    expect(labels(closed)).toContain('value');
    expect(labels(closed)).not.toContain('prompt');
    expect(labels(`nodes:\n  a: {type: transform, va¦\n  b: {type: llm}\n`)).toContain('value');
  });

  it('in a list are those of a new item, beside the values that may stand there', () => {
    expect(labels(`${GRAPH}assert:\n  - ¦`)).toEqual(expect.arrayContaining(['type', '$ref']));
    expect(labels(`${GRAPH}nodes:\n  a:\n    type: agent\n    tools:\n      - ¦`)).toEqual(['look_up']);
  });

  it('of a persona and of a suite are their own', () => {
    expect(labels('kind: Persona\n¦')).toContain('traits');
    expect(labels('kind: Suite\n¦')).toContain('graphs');
    expect(labels(`${GRAPH}---\nkind: Persona\n¦`)).toContain('goal');
  });
});

describe('the values that may stand at the cursor', () => {
  it('are those that the format lists', () => {
    expect(labels(inNode('    type: ¦'))).toEqual(
      expect.arrayContaining(['llm', 'agent', 'forEach', 'wait']),
    );
    expect(labels(`${GRAPH}assert:\n  - type: traj¦`)).toEqual(
      expect.arrayContaining(['contains', 'trajectory:tool-used', 'assert-set']),
    );
    expect(labels(`chaos:\n  slow:\n    - fault: ¦`)).toContain('corrupt-field');
    expect(labels('providers: {main: {targets: [{provider: ¦}]}}')).toEqual(
      expect.arrayContaining(['openai', 'anthropic', 'mock']),
    );
    expect(labels('contracts: [{id: a, severity: ¦}]')).toEqual(['critical', 'major', 'minor']);
    expect(labels('virtualTime: ¦')).toEqual(['true', 'false']);
  });

  it('are told with what the format says of each', () => {
    const types = offered(inNode('    type: ¦'));
    expect(types.find(({ label }) => label === 'wait')).toMatchObject({ description: 'Waits for a time.' });
    expect(types.filter(({ description }) => !description)).toEqual([]);
  });

  it('are none where any text may stand, in quotes, in comments and in blocks of text', () => {
    expect(labels(inNode('    type: llm\n    prompt: ¦'))).toEqual([]);
    expect(labels(inNode('    type: llm\n    prompt: say t¦'))).toEqual([]);
    expect(labels(inNode('    type: "¦"'))).toEqual([]);
    expect(labels('# ki¦')).toEqual([]);
    expect(labels(inNode('    type: llm\n    prompt: |\n      na¦'))).toEqual([]);
  });
});

describe('the names that a document gives', () => {
  it('are offered where something refers to them, with what they are of', () => {
    expect(offered(inNode('    type: llm\n    needs: [¦]'))).toEqual([
      { label: 'first', kind: 'name', detail: 'agent node' },
    ]);
    expect(offered(inNode('    type: tool\n    tool: ¦'))).toEqual([
      { label: 'look_up', kind: 'name', detail: 'tool', description: 'Finds an order.' },
    ]);
    expect(labels(inNode('    type: llm\n    provider: ¦'))).toEqual(['main']);
    expect(labels(GRAPH.replace('script: careful', 'script: ¦'))).toEqual(['careful']);
    expect(labels(inNode('    type: conversation\n    agent: ¦'))).toEqual(['first']);
    expect(labels(inNode('    type: agent\n    handoffs: [¦]'))).toEqual(['first']);
    expect(labels(`${GRAPH}assert: [{type: not-contract, value: ¦}]`)).toEqual(['once']);
    expect(labels(`${GRAPH}assert:\n  - type: trajectory:tool-used\n    value: ¦`)).toEqual(['look_up']);
    expect(labels(`${inNode('    type: llm\n')}chaos:\n  slow: [{on: ¦}]`)).toEqual([
      ...['llm:first', 'llm:second', 'tool:look_up'],
    ]);
    expect(labels(`${GRAPH}assertTemplates: {short: {type: word-count}}\nassert: [{$ref: ¦}]`)).toEqual([
      'short',
    ]);
  });

  it('of nodes are those of the same body', () => {
    const within =
      '    type: loop\n    nodes:\n      inner: {type: llm}\n      last: {type: llm, needs: [¦]}';
    expect(labels(inNode(within))).toEqual(['inner']);
  });

  it('of personas come from the documents beside', () => {
    const persona = 'kind: Persona\nname: hasty\ngoal: to be quick\n---\n';
    expect(labels(`${persona}${inNode('    type: conversation\n    persona: ¦')}`)).toEqual(['hasty']);
  });
});
