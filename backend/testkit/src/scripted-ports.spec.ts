import { describe, expect, it } from '@jest/globals';
import { executeRun, foldRun } from '@rehearse/engine';
import fc from 'fast-check';
import { graphOf, graphText } from './graphs.js';
import { scriptedPorts, type PortScript } from './scripted-ports.js';

const TWO_BRANCHES = graphOf(`
providers:
  main: {targets: [{provider: mock, script: unused}]}
mocks:
  unused: [{reply: {content: never asked}}]
tools:
  look: {description: Looks, mock: [{return: nothing}]}
nodes:
  left: {type: agent, prompt: left, tools: [look]}
  right: {type: llm, prompt: right}
  both: {type: transform, value: 'nodes.left.output + " " + nodes.right.output'}
assert: [{type: equals, value: "seen heard"}]
`);

const SCRIPT: PortScript = {
  model: {
    'left/turn[1]': { toolCalls: [{ id: 'a', name: 'look', arguments: {} }] },
    'left/turn[2]': 'seen',
    'right/turn[1]': 'heard',
  },
  tool: { look: { found: true } },
};

async function runWith(latencyMs: NonNullable<PortScript['latencyMs']>) {
  const ports = scriptedPorts({ ...SCRIPT, latencyMs });
  const { events } = await executeRun({ graph: TWO_BRANCHES, runId: 'r', vars: {}, seed: 1, ports });
  return { order: events.map(({ key, type }) => `${key} ${type}`).join('\n'), view: foldRun(events) };
}

describe('scripted ports', () => {
  it('answer what the test wrote down, on virtual time', async () => {
    const { view } = await runWith(() => 20_000);
    expect(view).toMatchObject({ verdict: 'passed', output: 'seen heard', durationMs: 60_000 });
  });

  it('swap the order in which parallel branches end, and the run digest stays the same', async () => {
    const orders = new Set<string>();
    const digests = new Set<string | null>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 4, maxLength: 4 }),
        async (delays) => {
          let call = 0;
          const { order, view } = await runWith(() => delays[call++ % 4]!);
          orders.add(order);
          digests.add(view.digest);
          expect(view.verdict).toBe('passed');
        },
      ),
      { numRuns: 100 },
    );
    expect(digests.size).toBe(1);
    expect(orders.size).toBeGreaterThan(1);
  });

  it('break the test loudly when something is asked that the script does not have', async () => {
    const ports = scriptedPorts({ model: {} });
    const run = executeRun({ graph: TWO_BRANCHES, runId: 'r', vars: {}, seed: 1, ports });
    await expect(run).rejects.toThrow(/the script has no reply for (left|right)\/turn\[1\]/);
  });
});

describe('a graph of a test', () => {
  it('is written in a few lines', () => {
    expect(graphText('\nnodes: {}\n')).toBe('apiVersion: rehearse/v1\nkind: Graph\nname: test\nnodes: {}\n');
  });

  it('is refused with all its mistakes', () => {
    expect(() => graphOf('nodes: {a: {type: transform, value: nodes.b.output}}')).toThrow(
      /4:\d+ .*nodes?.*b/s,
    );
  });
});
