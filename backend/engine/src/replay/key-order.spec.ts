import { describe, expect, it } from '@jest/globals';
import type { JournalEvent, JsonObject } from '@rehearse/contracts';
import { graphOf, replayed, ROUTE, runGraph } from '@rehearse/testkit';
import { canonicalJson } from '../journal/index.js';
import type { HumanOutcome } from '../ports.js';

/** The same events as a file has them: each mapping in the order of its names. */
const fromFile = (events: readonly JournalEvent[]) =>
  events.map((event) => JSON.parse(canonicalJson(event)) as JournalEvent);

const decided = async (): Promise<HumanOutcome> => ({
  ...{ decision: 'modify', by: 'somebody', reason: '' },
  value: { zz: 1, aa: 2 },
});

interface Example {
  what: string;
  yaml: string;
  vars?: JsonObject;
}

const examples: Example[] = [
  {
    what: 'the names of an input',
    yaml: `nodes: {names: {type: transform, value: 'inputs.prices.map(name, name)'}}\nassert: [{type: equals, value: '["coffee","tea"]'}]`,
    vars: { prices: { tea: 2, coffee: 3 } },
  },
  {
    what: 'the names of what a tool returned',
    yaml: `tools: {find: {mock: [{return: {zz: 1, aa: {y: 1, b: 2}}}]}}
nodes:
  find: {type: tool, tool: find}
  names: {type: transform, value: 'nodes.find.output.map(name, name) + nodes.find.output.aa.map(name, name)'}`,
  },
  {
    what: 'the names of what a node made',
    yaml: `nodes:
  made: {type: transform, value: '{"zz": 1, "aa": 2}'}
  names: {type: transform, value: 'nodes.made.output.map(name, name)'}`,
  },
  {
    what: 'the names of what a model gave a tool',
    yaml: `${ROUTE}mocks: {main: [{when: toolResults.size() == 0, reply: {toolCalls: [{name: find, arguments: {z: 1, a: 2}}]}}, {reply: {content: done}}]}
tools: {find: {mock: [{return: 1}]}}
nodes: {bot: {type: agent, prompt: x, tools: [find]}}
assert: [{type: cel, value: 'toolCalls[0].args.map(name, name) == ["a", "z"]'}]`,
  },
  {
    what: 'arguments that a tool does not take',
    yaml: `${ROUTE}mocks: {main: [{when: toolResults.size() == 0, reply: {toolCalls: [{name: find, arguments: {z: 1, a: 2}}]}}, {reply: {content: done}}]}
tools: {find: {parameters: {type: object, additionalProperties: false, properties: {id: {type: string}}}, mock: [{return: 1}]}}
nodes: {bot: {type: agent, prompt: x, tools: [find]}}`,
  },
  {
    what: 'the name that was meant',
    yaml: `nodes: {wrong: {type: transform, value: inputs.oder, onError: continue}, last: {type: transform, value: '1'}}`,
    vars: { order: 1, older: 2 },
  },
  {
    what: 'what a person put in a form that does not take it',
    yaml: `nodes: {ask: {type: human, prompt: x, onError: continue, form: {type: object, additionalProperties: false, properties: {a: {type: number}}}}, last: {type: transform, value: '1'}}`,
  },
];

describe('a recording whose mappings are in another order than the run had them', () => {
  it.each(examples)('replays: $what', async ({ yaml, vars = {} }) => {
    const graph = graphOf(yaml);
    const { events, view } = await runGraph(graph, { vars, human: { ask: decided } });
    expect(view.status).toBe('finished');
    expect(view.assertions.every(({ verdict }) => verdict === 'passed')).toBe(true);
    expect(await replayed({ graph, events: fromFile(events) })).toBe('identical');
  });

  it('can be gone on with after any of its events', async () => {
    const graph = graphOf(`tools: {find: {mock: [{return: {zz: 1, aa: 2}}]}}
nodes:
  find: {type: tool, tool: find}
  made: {type: transform, value: '{"d": 1, "c": nodes.find.output}'}
  names: {type: transform, value: 'nodes.made.output.map(name, name) + nodes.find.output.map(name, name)'}`);
    const { events, view } = await runGraph(graph);
    const read = fromFile(events).map((event) => ({ ...event, data: reversed(event.data) }) as JournalEvent);
    for (let length = 1; length < read.length; length++) {
      const again = await runGraph(graph, { recorded: read.slice(0, length) });
      expect(again.view.digest).toBe(view.digest);
    }
  });
});

/** As a database may give it back. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, reversed(member)]),
  );
}
