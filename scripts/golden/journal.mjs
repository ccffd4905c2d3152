// The table of event types in docs/journal.md, from the schemas of the journal.
import '../jest/typescript.mjs';
import { code, table, withParts } from '../docs/generated.mjs';

export const file = 'docs/journal.md';

/** Why an event is written; the members of its payload come from its schema. */
const MEANING = {
  'run.started': 'A run begins: its inputs.',
  'run.paused': 'A person paused the run.',
  'run.resumed': 'The run goes on after a pause.',
  'run.canceled': 'A person stopped the run; the last event.',
  'run.finished': 'The run is over: verdict, output, digests; the last event.',
  'run.claimed': 'A worker took the run.',
  'node.started': 'A step begins.',
  'node.finished': 'A step ends with an output.',
  'node.skipped': '`join` or `when` did not hold, or nobody handed over to it.',
  'node.errored': 'A step ends without an output.',
  'model.requested': 'A model is asked; `inDigest` covers the whole request.',
  'model.responded': 'The complete answer of a model.',
  'model.failed': 'A call of a model failed.',
  'provider.switched': 'A target was passed over or gave up.',
  'tool.called': 'A tool is called; `inDigest` covers the arguments.',
  'tool.returned': 'The result of a tool.',
  'tool.failed': 'A call of a tool failed.',
  handoff: 'An agent gives its work to another.',
  'human.requested': 'A person is asked.',
  'human.decided': 'A person decided.',
  'timer.set': 'A wait begins.',
  'timer.fired': 'A wait is over.',
  'random.seeded': 'A generator got its seed.',
  'branch.taken': 'The branch that a `switch` took.',
  'race.won': 'Who was first, where the order matters.',
  'chaos.injected': 'A fault was put in on purpose.',
  'assertion.evaluated': 'The result of one assertion.',
  'contract.violated': 'An event broke a contract.',
  'budget.exceeded': 'A limit of the budget was reached.',
  'governance.redacted': 'Personal data was removed.',
  'governance.blocked': 'A policy blocked content.',
  'fork.base': 'Where a fork left its parent.',
  log: 'A line for people.',
};
/** Part of the format, and written by nothing in this release. */
const RESERVED = new Set(['run.claimed', 'random.seeded', 'race.won', 'governance.redacted', 'governance.blocked', 'log']);

export async function make() {
  const { EVENT_DATA } = await import('../../backend/contracts/src/journal.ts');
  const { isOutsideDigests } = await import('../../backend/engine/src/journal/digest.ts');
  const types = Object.keys(EVENT_DATA);
  const strange = [...types, ...Object.keys(MEANING)].filter((type) => !(type in MEANING) || !(type in EVENT_DATA));
  if (strange.length > 0) throw new Error(`scripts/golden/journal.mjs must say what ${strange.join(', ')} means.`);

  const digest = (type) => {
    if (type === 'run.finished') return 'carries both';
    if (isOutsideDigests(type)) return 'none';
    return type === 'assertion.evaluated' || type === 'contract.violated' ? 'verdict' : 'run';
  };
  const rows = types.map((type) => [
    code(type),
    MEANING[type],
    members(EVENT_DATA[type]),
    digest(type),
    RESERVED.has(type) ? 'reserved' : 'yes',
  ]);
  return withParts(file, { events: table(['type', 'when', '`data`', 'digest', 'written'], rows) });
}

function members(schema) {
  const named = Object.entries(schema.shape).map(([name, member]) => (member.isOptional() ? `${name}?` : name));
  return named.length > 0 ? code(named.join(', ')) : '';
}
