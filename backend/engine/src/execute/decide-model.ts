import type { ChatMessage, Json, JsonObject, StepError } from '@rehearse/contracts';
import type { CompiledModelNode, CompiledNode } from '../graph/model.js';
import { canonicalJson } from '../journal/canonical.js';
import { toolKey } from '../journal/keys.js';
import { afterFailure, ask, askAgain } from './ask-model.js';
import { nodeBindings } from './bindings.js';
import { again, callTool, couldNotBeMade, mayRetry, type ToolStep } from './decide-tool.js';
import { emit, nodeErrored, nodeFinished, partErrored, type Deciding, type Decision } from './decision.js';
import type { Slot } from './frame.js';
import { builtInViolation } from './judge.js';
import type { ToolCallState } from './node-state.js';
import type { Plan } from './plan.js';

type ModelNode = CompiledModelNode & CompiledNode;

/** The next step of an `llm` or of an `agent`: ask, wait, call tools, ask again, finish. */
export function decideModel(deciding: Deciding, slot: Slot, node: ModelNode): Decision {
  const speaker = { slot, seat: node };
  const { state } = slot;
  switch (state.phase) {
    case 'idle':
      return firstTurn(deciding, slot, node);
    case 'asked':
      return askAgain(deciding, speaker);
    case 'failed':
      return afterFailure(deciding, speaker);
    case 'answered':
      return state.answer!.toolCalls.length > 0
        ? decideToolCalls(deciding, slot, node)
        : finish(deciding, slot, node);
    default:
      return state.phase satisfies never;
  }
}

function firstTurn(deciding: Deciding, slot: Slot, node: ModelNode): Decision {
  const messages = promptMessages(deciding.plan, slot, node);
  return Array.isArray(messages) ? nextTurn(deciding, slot, { node, turn: 1, added: messages }) : messages;
}

/** What a node says first; or that it errors. */
export function promptMessages(plan: Plan, slot: Slot, { prompt }: ModelNode): ChatMessage[] | Decision {
  const withNodes = prompt.some(({ template }) => template.names.includes('nodes'));
  const bindings = nodeBindings(plan, slot, withNodes);
  const messages: ChatMessage[] = [];
  for (const { role, template } of prompt) {
    const rendered = template.render(bindings);
    if (!rendered.ok) return partErrored(slot, `${role} prompt`, rendered.error);
    messages.push({ role, content: rendered.text });
  }
  const handed = handedTo(slot);
  if (handed.length === 0) return messages;
  const isSystem = ({ role }: ChatMessage) => role === 'system';
  return [...messages.filter(isSystem), ...handed, ...messages.filter((message) => !isSystem(message))];
}

/** The conversation so far, as an agent gets it from the one that hands it over: what was said, and the hand-over. */
function handedTo({ frame, node }: Slot): ChatMessage[] {
  const handers = 'handedBy' in node ? node.handedBy : [];
  return handers
    .map((id) => frame.slot(id)!.state)
    .filter(({ handoff }) => handoff?.to === node.id)
    .flatMap(({ messages, handoff }) => [
      ...messages
        .filter(({ role, content }) => role === 'user' || (role === 'assistant' && content))
        .map(said),
      { role: 'user' as const, content: handoff!.message },
    ]);
}

const said = ({ role, content }: ChatMessage): ChatMessage => ({ role, content });

function nextTurn(
  deciding: Deciding,
  slot: Slot,
  next: { node: ModelNode; turn: number; added: ChatMessage[] },
): Decision {
  const { node, turn, added } = next;
  return ask(deciding, { slot, seat: node }, { turn, added, attempt: 1, from: slot.state.target });
}

/** One tool call after the other, in the order that the model asked for them; then the next turn. */
function decideToolCalls(deciding: Deciding, slot: Slot, node: ModelNode): Decision {
  const { plan } = deciding;
  const own = slot.state;
  const done: ToolCallState[] = [];
  for (const [index, call] of own.answer!.toolCalls.entries()) {
    const known = own.toolCalls.find(({ key }) => key === toolKey(slot.key, { turn: own.turn, index }));
    const tool = node.tools.find(({ name }) => name === call.name);
    const step: ToolStep = { slot, tool, name: call.name, args: call.arguments, turn: own.turn, index };
    if (!known) return callTool(deciding, step);
    if (known.status === 'called') return again(deciding, step, known);
    if (couldNotBeMade(known)) return emit(nodeErrored(slot, known.error!));
    if (known.status === 'failed' && mayRetry(known, undefined))
      return callTool(deciding, step, known.attempt + 1);
    done.push(known);
  }
  if (own.handoff) return emit(nodeFinished(slot, own.answer!.content || own.handoff.message));
  if (mayGoOn(slot, node))
    return nextTurn(deciding, slot, { node, turn: own.turn + 1, added: done.map(toolMessage) });
  const message = `${node.id} wanted more than ${node.maxTurns} turns`;
  const error: StepError = { code: 'agent/max-turns', message, category: 'validation' };
  return emit(builtInViolation(plan, { id: 'max-turns', slot, message }), nodeErrored(slot, error));
}

/** In a conversation the turns are counted anew from each message of the persona. */
function mayGoOn({ frame, state }: Slot, { maxTurns }: ModelNode): boolean {
  if (frame.parent?.node.type !== 'conversation') return state.turn < maxTurns + state.repairs;
  const since = state.messages.slice(state.messages.findLastIndex(({ role }) => role === 'user'));
  return since.filter(({ role }) => role === 'assistant').length < maxTurns;
}

/** A tool's error goes back to the model as the tool's answer. */
function toolMessage(call: ToolCallState): ChatMessage {
  const answer: Json = call.status === 'failed' ? { error: call.error!.message } : (call.result ?? null);
  const content = typeof answer === 'string' ? answer : canonicalJson(answer);
  return { role: 'tool', content, toolCallId: call.id, name: call.name };
}

function finish(deciding: Deciding, slot: Slot, node: ModelNode): Decision {
  const { plan } = deciding;
  const own = slot.state;
  const text = own.answer!.content ?? '';
  if (!node.output) return emit(nodeFinished(slot, text));
  const parsed = parseOutput(text, node.output.schema);
  if (parsed.ok) return emit(nodeFinished(slot, parsed.value, text));
  if (own.repairs < node.repair) {
    const content = `The answer does not fit: ${parsed.message}. Answer again with JSON that fits the schema, and nothing else.`;
    return nextTurn(deciding, slot, { node, turn: own.turn + 1, added: [{ role: 'user', content }] });
  }
  const message = `the answer of ${node.id} does not fit its output: ${parsed.message}`;
  const error: StepError = { code: 'output/does-not-fit', message, category: 'validation' };
  return emit(builtInViolation(plan, { id: 'output', slot, message }), nodeErrored(slot, error));
}

const FENCED = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/;

function parseOutput(
  text: string,
  schema: NonNullable<ModelNode['output']>['schema'],
): { ok: true; value: Json } | { ok: false; message: string } {
  let value: Json;
  try {
    value = JSON.parse(FENCED.exec(text)?.[1] ?? text) as Json | JsonObject;
  } catch {
    return { ok: false, message: 'it is not JSON' };
  }
  const problems = schema.check(value);
  if (problems.length === 0) return { ok: true, value };
  return { ok: false, message: problems.map(({ path, message }) => `${path || 'it'} ${message}`).join('; ') };
}
