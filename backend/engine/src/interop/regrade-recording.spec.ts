import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { JournalEvent } from '@rehearse/contracts';
import { graphOf } from '../graph/testing/told.js';
import { checkedBy } from '../replay/index.js';
import { importTrajectories, regradeRecording, type ImportRequest } from './index.js';

const EXCERPT = new URL('../../fixtures/trajectories/tau-bench-airline/excerpt.json', import.meta.url);
const FULL = process.env['REHEARSE_TAU_FILE'];
const CANCEL_AFTER_LOOKING = {
  id: 'details-first',
  precedes: { first: 'tool == "get_reservation_details"', then: 'tool == "cancel_reservation"' },
};

function imported(given: Partial<ImportRequest> & Pick<ImportRequest, 'text'>): JournalEvent[][] {
  const read = importTrajectories({ format: 'tau-bench', now: Date.UTC(2024, 4, 15), ...given });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.runs.map(({ events }) => events);
}

const regraded = (
  events: readonly JournalEvent[],
  checks?: Parameters<typeof regradeRecording>[0]['checks'],
) => regradeRecording({ events, graphDigest: 'a'.repeat(64), checks });

describe('a recording', () => {
  it(`is judged by a contract that nobody had when it was imported: ${FULL ? 2 : 1} of all break it`, () => {
    const journals = imported({ text: readFileSync(FULL ?? EXCERPT, 'utf8') });
    expect(journals).toHaveLength(FULL ? 200 : 12);
    const made = checkedBy(null, { contracts: [CANCEL_AFTER_LOOKING] });
    if (!made.ok) throw new Error(JSON.stringify(made.problems));
    const runs = journals.map((events) => regraded(events, made.graph));
    const breaking = runs.filter(({ events }) => events.some(({ type }) => type === 'contract.violated'));
    expect(breaking.map(({ verdict }) => verdict)).toEqual(Array(FULL ? 2 : 1).fill('failed'));
    const digests = journals.map((events) => events.at(-1)!.data as { digest: string });
    expect(runs.map(({ digest }) => digest)).toEqual(digests.map(({ digest }) => digest));
  });

  it('that breaks off is neither verified nor judged', () => {
    const [events] = imported({ text: readFileSync(EXCERPT, 'utf8') });
    for (let length = 1; length < events!.length; length++)
      expect(regraded(events!.slice(0, length))).toMatchObject({ identical: false, verdict: null });
  });

  it('is judged by the graph that was lent as it was when it was imported', () => {
    const graph = graphOf(`
providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: x}}]}
nodes: {agent: {type: llm, prompt: x}}
contracts: [${JSON.stringify(CANCEL_AFTER_LOOKING)}]
assert: [{type: 'trajectory:tool-used', value: cancel_reservation}, {type: tokens, threshold: 5}]
`);
    for (const events of imported({ text: readFileSync(EXCERPT, 'utf8'), graph }))
      expect(regraded(events, graph)).toMatchObject({ identical: true });
    for (const events of imported({ text: readFileSync(EXCERPT, 'utf8') }))
      expect(regraded(events)).toMatchObject({ identical: true, reexecuted: false });
  });

  it('whatever was said in it, is judged by the same checks the same', () => {
    const text = fc.string({ maxLength: 12 });
    const call = fc
      .record({ id: fc.constantFrom('1', '2'), name: fc.constantFrom('look', 'pay') })
      .map(({ id, name }) => ({ id, type: 'function', function: { name, arguments: '{"a": 1}' } }));
    const message = fc.oneof(
      fc.record({ role: fc.constantFrom('user', 'system'), content: text }),
      fc.record({ role: fc.constant('assistant'), content: text }),
      fc.record({
        role: fc.constant('assistant'),
        content: fc.constant(null),
        tool_calls: fc.array(call, { minLength: 1, maxLength: 2 }),
      }),
      fc.record({ role: fc.constant('tool'), tool_call_id: fc.constantFrom('1', '2'), content: text }),
    );
    const made = checkedBy(null, {
      assert: [
        { type: 'trajectory:tool-used', value: 'look' },
        { type: 'contains', value: 'a' },
      ],
      contracts: [{ id: 'c', atMost: { count: 1, of: 'tool == "pay"' } }],
    });
    if (!made.ok) throw new Error(JSON.stringify(made.problems));
    const { graph } = made;
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), (messages) => {
        const read = importTrajectories({
          ...{ format: 'openai', text: JSON.stringify({ messages }), now: 0, graph },
        });
        if (!read.ok) return;
        for (const { events } of read.runs)
          expect(regraded(events, graph)).toMatchObject({ identical: true });
      }),
    );
  });

  it('that was tampered with is not judged', () => {
    const [events] = imported({ text: readFileSync(EXCERPT, 'utf8') });
    const forged = structuredClone(events!);
    forged[4]!.digest = '0'.repeat(64);
    expect(regraded(forged)).toMatchObject({
      identical: false,
      verdict: null,
      divergence: { kind: 'chain_broken' },
    });
  });
});
