import { describe, expect, it } from '@jest/globals';
import type { ContractSpec, JournalEvent } from '@rehearse/contracts';
import fc from 'fast-check';
import { compileGraph } from '../graph/index.js';
import { watch } from './monitor.js';

/** An event of the alphabet, `t` for a turn that begins, with the second at which it happens. */
interface Letter {
  name: string;
  second: number;
}
type Word = readonly Letter[];
/** Whether a word keeps a contract, by the definition of its pattern and nothing else. */
type Definition = (word: Word) => boolean;

const is = (name: string) => (letter: Letter) => letter.name === name;
const count = (word: Word, name: string) => word.filter(is(name)).length;

/** Answered in time, if there is a limit, by an `s` at the event or behind it. */
const answered = (word: Word, at: number, isOver: (from: number, to: number) => boolean): boolean =>
  word.some((letter, i) => i >= at && letter.name === 's' && !isOver(at, i)) &&
  !word.some((_, i) => i > at && isOver(at, i) && !word.slice(at, i).some(is('s')));

const turnsBetween = (word: Word, from: number, to: number) => count(word.slice(from + 1, to + 1), 't');
const eachP = (word: Word, holds: (at: number) => boolean) =>
  word.every((letter, at) => letter.name !== 'p' || holds(at));

const PATTERNS: [string, Omit<ContractSpec, 'id'>, Definition][] = [
  ['never', { never: 'tool == "p"' }, (word) => !word.some(is('p'))],
  ['always', { always: 'tool != "p"' }, (word) => !word.some(is('p'))],
  ['eventually', { eventually: 'tool == "p"' }, (word) => word.some(is('p'))],
  ['atMost', { atMost: { count: 2, of: 'tool == "p"' } }, (word) => count(word, 'p') <= 2],
  ['atLeast', { atLeast: { count: 2, of: 'tool == "p"' } }, (word) => count(word, 'p') >= 2],
  [
    'precedes',
    { precedes: { first: 'tool == "s"', then: 'tool == "p"' } },
    (word) => eachP(word, (at) => word.slice(0, at).some(is('s'))),
  ],
  [
    'responds',
    { responds: { to: 'tool == "p"', with: 'tool == "s"' } },
    (word) => eachP(word, (at) => word.slice(at).some(is('s'))),
  ],
  [
    'responds within turns',
    { responds: { to: 'tool == "p"', with: 'tool == "s"', within: { turns: 1 } } },
    (word) => eachP(word, (at) => answered(word, at, (from, to) => turnsBetween(word, from, to) > 1)),
  ],
  [
    'responds within a time',
    { responds: { to: 'tool == "p"', with: 'tool == "s"', within: '3s' } },
    (word) =>
      eachP(word, (at) => answered(word, at, (from, to) => word[to]!.second - word[from]!.second > 3)),
  ],
];

/** The segments of `between {from: o, until: c}`, by a look at each place. */
function segments(word: Word): Word[] {
  const found: Word[] = [];
  for (let at = 0; at < word.length; at++) {
    if (word[at]!.name !== 'o') continue;
    const end = word.findIndex((letter, i) => i > at && letter.name === 'c');
    found.push(word.slice(at, end < 0 ? word.length : end));
    at = end < 0 ? word.length : end;
  }
  return found;
}

const words: fc.Arbitrary<Word> = fc
  .array(fc.record({ name: fc.constantFrom('p', 's', 'x', 't', 'o', 'c'), pause: fc.nat({ max: 3 }) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((letters) => {
    let second = 0;
    return letters.map(({ name, pause }) => ({ name, second: (second += pause) }));
  });

const eventOf = ({ name, second }: Letter, index: number) =>
  ({
    ...{ seq: index + 1, lane: 'ask', attempt: 1, key: `ask/turn[${index + 1}]` },
    at: `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`,
    ...(name === 't'
      ? { type: 'model.requested', data: { messagesAdded: [] } }
      : { type: 'tool.called', data: { tool: name, args: {}, turn: 1 } }),
  }) as unknown as JournalEvent;

function contractsOf(contract: Omit<ContractSpec, 'id'>) {
  const compiled = compileGraph(
    `apiVersion: rehearse/v1\nkind: Graph\nname: g\nnodes: {ask: {type: transform, value: "1"}}\ncontracts: [${JSON.stringify({ id: 'c', ...contract })}]\n`,
  );
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.graph;
}

function holds(graph: ReturnType<typeof contractsOf>, word: Word): boolean {
  const monitor = watch({ ...graph, vars: {} });
  const found = [...word.map(eventOf).flatMap((event) => monitor.observe(event)), ...monitor.end(null)];
  return found.length === 0;
}

const BETWEEN = { from: 'tool == "o"', until: 'tool == "c"' };

describe('the monitor of a pattern', () => {
  it.each(PATTERNS)('%s says what the definition says, of any run', (_name, contract, definition) => {
    const graph = contractsOf(contract);
    fc.assert(fc.property(words, (word) => expect(holds(graph, word)).toBe(definition(word))));
  });

  it.each(PATTERNS)(
    '%s within `between` says what the definition says of every segment',
    (_name, contract, definition) => {
      const graph = contractsOf({ ...contract, between: BETWEEN });
      fc.assert(
        fc.property(words, (word) => expect(holds(graph, word)).toBe(segments(word).every(definition))),
      );
    },
  );
});
