import type { Json, JsonObject } from '@rehearse/contracts';
import { agentNames } from '../contract/index.js';
import type { BuiltIn } from '../graph/built-in-tools.js';
import type { EventDraft } from '../journal/writer.js';
import type { Deciding } from './decision.js';
import type { Slot } from './frame.js';

interface Call {
  slot: Slot;
  key: string;
  attempt: number;
  name: string;
  args: JsonObject;
}

/** What the run answers to a call of a tool that is built in. */
export function answerBuiltIn({ plan, state }: Deciding, is: BuiltIn, call: Call): EventDraft[] {
  const { slot, key, attempt, name, args } = call;
  const place = { lane: slot.lane, key, attempt };
  const returned = (result: Json): EventDraft => ({
    type: 'tool.returned',
    ...place,
    data: { tool: name, result },
  });
  switch (is.kind) {
    case 'memory_read':
      return [returned(state.facts.memory.seenFrom(plan, key)[String(args['key'])] ?? null)];
    case 'memory_write':
      return [returned({ written: true })];
    case 'handoff':
      return handOver(slot, is.to, { place, name, message: String(args['message']), returned });
    default:
      return is satisfies never;
  }
}

interface HandingOver {
  place: { lane: string; key: string; attempt: number };
  name: string;
  message: string;
  returned(result: Json): EventDraft;
}

/** An agent hands its work over once; then it has none. */
function handOver(slot: Slot, to: string, { place, name, message, returned }: HandingOver): EventDraft[] {
  const names = agentNames(slot.frame.body.nodes);
  const earlier = slot.state.handoff;
  if (earlier && earlier.at !== place.key) {
    const told = `the conversation was handed to ${earlier.to} already`;
    const error = { code: 'agent/handed-over', message: told, category: 'validation' } as const;
    return [{ type: 'tool.failed', ...place, data: { tool: name, error } }];
  }
  const data = { from: names.get(slot.node.id)!, to: names.get(to)!, message };
  const answer = returned({ handedTo: data.to });
  return earlier ? [answer] : [{ type: 'handoff', ...place, data }, answer];
}
