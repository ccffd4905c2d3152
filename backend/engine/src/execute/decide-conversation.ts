import type { ChatMessage } from '@rehearse/contracts';
import type { CompiledConversationNode, CompiledModelNode, CompiledNode } from '../graph/model.js';
import { nodeBindings, nodeSubject, toolCallView, transcriptOf } from './bindings.js';
import type { Holding } from './decide-containers.js';
import { afterFailure, ask, askAgain } from './ask-model.js';
import { promptMessages } from './decide-model.js';
import {
  emit,
  nodeErrored,
  nodeFinished,
  partErrored,
  type Deciding,
  type Decision,
  NOTHING,
} from './decision.js';
import { frameIn, workOf, type Slot } from './frame.js';
import { judgeAll } from './judge.js';
import { isSettled } from './node-state.js';

type Agent = CompiledModelNode & CompiledNode;

interface Talk {
  slot: Slot;
  node: CompiledConversationNode;
  agent: Slot;
  /** How many turns the persona has had. */
  said: number;
}

/** A persona and an agent in turn: scripted turns first, then a model plays the persona. */
export function decideConversation(
  deciding: Deciding,
  slot: Slot,
  { node, inside }: Holding<CompiledConversationNode>,
): Decision {
  const frame = frameIn(slot, { item: 0, iteration: 0 })!;
  const agent = frame.slots[0]!;
  if (agent.state.status === 'errored') return emit(nodeErrored(slot, agent.state.error!));
  if (isSettled(agent.state)) return emit(nodeFinished(slot, agent.state.output, agent.state.text ?? ''));
  if (!isAtRest(agent)) return inside(deciding, frame);
  const talk = { slot, node, agent, said: saidIn(agent) };
  return judgeTurn(deciding, talk) ?? closing(deciding, talk) ?? nextWord(deciding, talk);
}

/** The agent has nothing to do until it is spoken to. */
const isAtRest = ({ state }: Slot): boolean =>
  state.status === 'running' &&
  (state.phase === 'idle' || (state.phase === 'answered' && state.answer!.toolCalls.length === 0));

/** The agent's own prompt may hold messages of a user; they are not the persona's. */
function saidIn({ node, state }: Slot): number {
  if (state.phase === 'idle') return 0;
  const own = (node as Agent).prompt.filter(({ role }) => role === 'user').length;
  return state.messages.filter(({ role }) => role === 'user').length - own;
}

/** What the script checks of the answer to its turn. */
function judgeTurn({ plan, state }: Deciding, { slot, node, agent, said }: Talk): Decision | null {
  const assertions = node.script[said - 1]?.assertions ?? [];
  if (assertions.length === 0) return null;
  const text = agent.state.answer?.content ?? '';
  const seen = nodeSubject(plan, agent);
  const subject = { ...seen, output: text, text, bindings: { ...seen.bindings, output: text, text } };
  const prefix = slot.key.slice(0, slot.key.length - node.id.length);
  const drafts = judgeAll(plan, state, assertions, { subject, prefix, node: node.id, waiting: agent });
  if (drafts.length > 0) return emit(...drafts);
  // Nobody speaks on before the judges of this turn have spoken, so that they are asked the same after a crash.
  return assertions.some(({ id }) => state.inquiries.has(prefix + id)) ? NOTHING : null;
}

/** The end of the conversation, or null while it goes on. */
function closing({ plan }: Deciding, { slot, node, agent, said }: Talk): Decision | null {
  if (said === 0) return null;
  if (said < node.maxTurns) {
    if (!node.until) return null;
    const text = agent.state.answer?.content ?? '';
    const messages = transcriptOf(agent.frame);
    const holds = node.until.evaluate({
      ...nodeBindings(plan, slot),
      ...{ messages, turn: said, text, output: text, last: messages.at(-1) ?? null },
      toolCalls: workOf(agent).toolCalls.map(toolCallView),
    });
    if (!holds.ok) return partErrored(slot, 'until', holds.error);
    if (holds.value !== true) return null;
  }
  return end(agent);
}

const end = (agent: Slot): Decision => emit(nodeFinished(agent, agent.state.answer?.content ?? ''));

/** What the persona says next goes to the agent. */
function nextWord(deciding: Deciding, talk: Talk): Decision {
  const { slot, node, said } = talk;
  const scripted = node.script[said];
  if (!scripted) return personaTurn(deciding, talk);
  const user = scripted.user.render(nodeBindings(deciding.plan, slot));
  return user.ok ? speak(deciding, talk, user.text) : partErrored(slot, `script[${said}]`, user.error);
}

function personaTurn(deciding: Deciding, talk: Talk): Decision {
  const { slot, node, agent, said } = talk;
  const { state } = slot;
  const turn = said + 1;
  if (said === 0 && node.persona.opening !== null) return speak(deciding, talk, node.persona.opening);
  const speaker = { slot, seat: node.persona };
  if (state.turn < turn) {
    const added = heardBy(talk).slice(state.messages.length);
    return ask(deciding, speaker, { turn, attempt: 1, added, from: state.target });
  }
  if (state.phase === 'asked') return askAgain(deciding, speaker);
  if (state.phase === 'failed') return afterFailure(deciding, speaker);
  const text = state.answer?.content ?? '';
  const isDone = text.trim() === '' || node.persona.stopWords.some((word) => text.includes(word));
  return isDone ? end(agent) : speak(deciding, talk, text);
}

const BEGIN = 'The conversation begins. Write your first message.';

/** The conversation as the persona hears it: what it said itself is the assistant's part. */
function heardBy({ node, agent }: Talk): ChatMessage[] {
  const own = (agent.node as Agent).prompt.filter(({ role }) => role !== 'system').length;
  const heard = transcriptOf(agent.frame)
    .slice(agent.state.phase === 'idle' ? 0 : own)
    .map(({ role, content }): ChatMessage => ({ role: role === 'user' ? 'assistant' : 'user', content }));
  return [{ role: 'system', content: node.persona.system }, { role: 'user', content: BEGIN }, ...heard];
}

function speak(deciding: Deciding, { agent, said }: Talk, content: string): Decision {
  const node = agent.node as Agent;
  const before = said === 0 ? promptMessages(deciding.plan, agent, node) : [];
  if (!Array.isArray(before)) return before;
  const { state } = agent;
  const added: ChatMessage[] = [...before, { role: 'user', content }];
  const asking = { turn: state.turn + 1, attempt: 1, added, from: state.target };
  return ask(deciding, { slot: agent, seat: node }, asking);
}
