import {
  API_VERSION,
  type ChatMessage,
  type GraphDocument,
  type JournalEvent,
  type Node,
  type Tool,
} from '@rehearse/contracts';
import { slugOf } from '../interop/slugs.js';
import { literal } from './generated.js';
import { type RecordedRun, toolCallsOf } from './recorded-answers.js';

/** The name that the node of a recording has. */
const AGENT = 'recorded';

/** A conversation that was imported, as a graph: an agent, and a script of the user where there is more than one turn. */
export function recordedDocument({ name, events }: RecordedRun): GraphDocument {
  const messages = events.flatMap((event) =>
    event.type === 'model.requested' ? event.data.messagesAdded : [],
  );
  const asked = textsOf(messages, 'user');
  const system = textsOf(messages, 'system').join('\n\n');
  const tools = toolsOf(events);
  const agent: Node = {
    ...{ type: 'agent', provider: AGENT },
    ...(system !== '' && { system: literal(system) }),
    ...(asked.length <= 1 && { prompt: literal(asked[0] ?? '') }),
    ...(Object.keys(tools).length > 0 && { tools: Object.keys(tools) }),
    maxTurns: Math.max(1, events.filter(({ type }) => type === 'model.responded').length),
  };
  return {
    ...{ apiVersion: API_VERSION, kind: 'Graph', name: slugOf(name) },
    providers: { [AGENT]: { targets: [{ provider: 'mock', script: 'recorded' }] } },
    ...(Object.keys(tools).length > 0 && { tools }),
    nodes: { [AGENT]: agent, ...(asked.length > 1 && { talk: talkOf(asked) }) },
  };
}

const textsOf = (messages: readonly ChatMessage[], role: ChatMessage['role']): string[] =>
  messages.flatMap((message) => (message.role === role && message.content !== null ? [message.content] : []));

const talkOf = (asked: readonly string[]): Node => ({
  ...{ type: 'conversation', agent: AGENT, provider: AGENT },
  persona: { goal: 'say what was recorded' },
  script: asked.map(literal),
  maxTurns: asked.length,
});

/** A tool of which nothing but its calls is known. */
function toolsOf(events: readonly JournalEvent[]): Record<string, Tool> {
  const names = new Set(toolCallsOf(events).map(({ tool }) => tool));
  return Object.fromEntries(
    [...names].map((name) => [name, { mock: [{ error: 'this call was not recorded' }] }]),
  );
}
