import type { Json, JsonObject } from '@rehearse/contracts';
import fc from 'fast-check';

/** A graph with its circumstances: enough to run it, and to run it again. */
export interface RandomProgram {
  /** The sections of the graph as JSON, which is YAML. */
  sections: JsonObject;
  /** The graph that `graph` nodes hold. */
  inner: JsonObject;
  vars: JsonObject;
  seed: number;
  /** The profile of faults to run under, or none. */
  chaos: string | null;
}

const TOOLS: JsonObject = {
  look: { mock: [{ return: { state: 'ready', id: '{{ args.id }}' } }] },
  flaky: {
    retry: { attempts: 2, initialDelay: '1ms' },
    mock: [{ when: 'args.id == "0"', error: 'gone' }, { return: 7 }],
  },
};

/** Replies that call a tool now and then, fail now and then, and take their time. */
const mocks = fc
  .record({
    content: fc.constantFrom('fine', 'a longer answer', '{"ok": true}'),
    tool: fc.constantFrom('look', 'flaky', 'nothing'),
    fails: fc.boolean(),
    p99: fc.constantFrom('5ms', '80ms', '2s'),
  })
  .map(({ content, tool, fails, p99 }): Json => {
    const latency = { p50: '1ms', p99 };
    return [
      { when: 'last != null && last.content.contains("speak")', reply: { content: 'a question' }, latency },
      ...(fails ? [{ when: 'node.endsWith("x")', error: { message: 'away', status: 503 } }] : []),
      {
        when: 'toolResults.size() == 0 && turn == 1 && node.startsWith("agent")',
        reply: { toolCalls: [{ name: tool, arguments: { id: '{{ run.seed % 2 }}' } }] },
        latency,
      },
      { reply: { oneOf: [{ content }, { content: `${content}!` }] }, latency },
    ];
  });

interface Spot {
  /** The ids of nodes that may be spoken of. */
  known: readonly string[];
  /** What the ids of nodes here begin with. */
  prefix: string;
  depth: number;
}

type Named = readonly [id: string, node: JsonObject];

/** What any node may say beside what its type says. */
const common = ({ known }: Spot) =>
  fc.record({
    needs:
      known.length === 0
        ? fc.constant([])
        : fc.subarray([...known], { maxLength: Math.min(2, known.length) }),
    join: fc.constantFrom('all', 'any'),
    onError: fc.constantFrom('stop', 'continue', 'continue'),
    when: fc.constantFrom(undefined, undefined, undefined, 'inputs.k > 0', 'inputs.k > 5'),
    isChecked: fc.boolean(),
  });

const checks = [
  { type: 'cel', value: 'text != "never"' },
  { type: 'not-contains', value: '?', weight: 0 },
];

function plain(
  node: JsonObject,
  { needs, join, onError, when, isChecked }: { [name: string]: unknown },
): JsonObject {
  return {
    ...node,
    ...({ needs, join, onError } as JsonObject),
    ...(when === undefined ? {} : { when: when as string }),
    ...(isChecked ? { assert: checks as Json } : {}),
  };
}

/** What may be spoken of; the names of a mapping stand in another order in a file than in the program. */
const seen = ({ known }: Spot) =>
  fc.constantFrom(
    'inputs.k',
    'inputs.?names.orValue({}).map(name, name)',
    ...known.map((id) => `nodes.${id}.?status.orValue("none")`),
  );

/** The nodes that hold no others: each by its name, which its mocks know it by. */
function leafNode(spot: Spot, index: number): fc.Arbitrary<Named> {
  const id = (type: string) => `${type}_${spot.prefix}${index}`;
  const ofType = fc.oneof(
    seen(spot).map((value): Named => [id('transform'), { type: 'transform', value: `[${value}, ${index}]` }]),
    seen(spot).map((value): Named => [id('llm'), { type: 'llm', prompt: `say {{ ${value} }}` }]),
    seen(spot).map((value): Named => [
      id('llmx'),
      { type: 'llm', prompt: value, retry: { attempts: 2, initialDelay: '2ms' } },
    ]),
    seen(spot).map((value): Named => [
      id('agent'),
      { type: 'agent', prompt: `do {{ ${value} }}`, tools: ['look', 'flaky'], maxTurns: 3 },
    ]),
    fc
      .constantFrom('look', 'flaky')
      .map((tool): Named => [id('tool'), { type: 'tool', tool, args: { id: '{{ run.seed % 2 }}' } }]),
    fc.constant<Named>([
      id('switch'),
      { type: 'switch', cases: [{ name: 'high', when: 'inputs.k > 3' }], default: 'low' },
    ]),
    fc.constantFrom('3ms', '1s', '2h').map((time): Named => [id('wait'), { type: 'wait', for: time }]),
    fc
      .constantFrom(undefined, '1h')
      .map((timeout): Named => [
        id('human'),
        { type: 'human', prompt: 'go?', ...(timeout === undefined ? {} : { timeout, onTimeout: 'reject' }) },
      ]),
  );
  return fc.tuple(ofType, common(spot)).map(([[name, node], more]) => [name, plain(node, more)]);
}

/** The nodes that hold others. */
function holder(spot: Spot, index: number): fc.Arbitrary<Named[]> {
  const inside = { known: [], prefix: `${spot.prefix}${index}_`, depth: spot.depth + 1 };
  const id = (type: string) => `${type}_${spot.prefix}${index}`;
  const one = (name: string, node: JsonObject) =>
    common(spot).map((more): Named[] => [[id(name), plain(node, more)]]);
  return fc.oneof(
    fc
      .tuple(
        nodesIn(inside, 2),
        fc.constantFrom('[1, 2, 3]', '[]', '[inputs.k]'),
        fc.integer({ min: 1, max: 3 }),
      )
      .chain(([nodes, over, concurrency]) => one('each', { type: 'forEach', over, concurrency, nodes })),
    fc
      .tuple(nodesIn(inside, 2), fc.integer({ min: 1, max: 3 }))
      .chain(([nodes, times]) =>
        one('loop', { type: 'loop', until: `iteration >= ${times}`, maxIterations: 3, nodes }),
      ),
    one('graph', { type: 'graph', graph: 'inner', vars: { k: '{{ inputs.k }}' } }),
    fc.integer({ min: 1, max: 3 }).chain((maxTurns) =>
      common(spot).map(({ isChecked: _, ...more }): Named[] => [
        [id('agentc'), { type: 'agent', system: 'help', tools: ['look'] }],
        [
          id('talk'),
          plain(
            {
              type: 'conversation',
              agent: id('agentc'),
              persona: { goal: 'x', stopWords: ['speak no more'] },
              script: ['hello'],
              maxTurns,
            },
            more,
          ),
        ],
      ]),
    ),
  );
}

/** Some nodes, each of which may speak of those before it. */
function nodesIn(spot: Spot, most: number): fc.Arbitrary<JsonObject> {
  const grow = (left: number, built: JsonObject, known: readonly string[]): fc.Arbitrary<JsonObject> => {
    if (left === 0) return fc.constant(built);
    const here = { ...spot, known };
    const index = Object.keys(built).length;
    const leaf = leafNode(here, index).map((named): Named[] => [named]);
    const next =
      spot.depth < 2
        ? fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 1, arbitrary: holder(here, index) })
        : leaf;
    return next.chain((named) => {
      const ids = named.map(([id]) => id).filter((id) => !id.startsWith('agentc'));
      return grow(left - 1, { ...built, ...Object.fromEntries(named) }, [...known, ...ids]);
    });
  };
  return fc.integer({ min: 1, max: most }).chain((count) => grow(count, {}, spot.known));
}

const CONTRACTS: Json = [
  { id: 'no-drop', never: 'tool == "drop"' },
  { id: 'few-looks', atMost: { count: 2, of: 'tool == "look"' } },
];

const INNER_CONTRACTS: Json = [
  { id: 'one-look', atMost: { count: 1, of: 'tool == "look"' } },
  { id: 'settles', eventually: 'type == "node.finished"' },
];

/** The same nodes, of which none ends the run: with faults many runs would not get far. */
const toTheEnd = (nodes: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(nodes).replaceAll('"onError":"stop"', '"onError":"continue"')) as JsonObject;

/** Some faults, each for a part of the calls. What drops or delays a call goes for models and tools; the others for one of them. */
const faults = fc
  .array(
    fc
      .record({
        to: fc.constantFrom(
          ...(['latency', 'error', 'timeout', 'reset', 'malformed', 'empty'] as const).flatMap((fault) => [
            { on: 'llm:*', fault },
            { on: 'tool:*', fault },
          ]),
          { on: 'llm:*', fault: 'truncate' } as const,
          { on: 'tool:*', fault: 'stale' } as const,
          { on: 'tool:*', fault: 'duplicate' } as const,
          { on: 'tool:*', fault: 'wrong-tool-result' } as const,
        ),
        rate: fc.constantFrom(0.2, 0.5, 1),
        limit: fc.constantFrom({}, { nth: 1 }, { nth: 2 }, { times: 1 }),
      })
      .map(({ to, rate, limit }) => ({
        ...{ ...to, rate, ...limit },
        ...(to.fault === 'latency' ? { delay: '30ms' } : {}),
        ...(to.fault === 'error' ? { status: 503 } : {}),
      })),
    { minLength: 1, maxLength: 3 },
  )
  .map((rules) => JSON.parse(JSON.stringify(rules)) as Json);

/** Random graphs of all types of nodes, random mock scripts, random circumstances. */
export const randomProgram: fc.Arbitrary<RandomProgram> = fc
  .record({
    nodes: nodesIn({ known: [], prefix: '', depth: 0 }, 6),
    innerNodes: nodesIn({ known: [], prefix: 'i', depth: 2 }, 2),
    main: mocks,
    innerMain: mocks,
    k: fc.integer({ min: 0, max: 8 }),
    seed: fc.integer({ min: 0, max: 1_000 }),
    faults,
    chaos: fc.constantFrom(null, 'any', 'any'),
    isToTheEnd: fc.boolean(),
    budget: fc.constantFrom<JsonObject>({}, {}, {}, { maxTokens: 40 }, { maxTokens: 200 }),
  })
  .map(({ nodes, innerNodes, main, innerMain, k, seed, faults: any, chaos, isToTheEnd, budget }) => {
    const route = { providers: { main: { targets: [{ provider: 'mock', script: 'main' }] } } };
    const sections = (body: JsonObject, script: Json): JsonObject => ({
      ...(route as JsonObject),
      ...{
        mocks: { main: script },
        tools: TOOLS,
        nodes: body,
        assert: [{ type: 'cel', value: 'run.seed >= 0' }],
      },
    });
    return {
      sections: {
        ...sections(isToTheEnd ? toTheEnd(nodes) : nodes, main),
        contracts: CONTRACTS,
        budget,
        chaos: { any },
      },
      inner: {
        ...sections(isToTheEnd ? toTheEnd(innerNodes) : innerNodes, innerMain),
        contracts: INNER_CONTRACTS,
      },
      vars: { k, names: { last: k, first: 1 } },
      ...{ seed, chaos },
    };
  });
