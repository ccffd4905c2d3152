import type { AgentNode, Node } from '@rehearse/contracts';
import { resolvePersona } from '../../persona/index.js';
import { bodyOf } from '../body.js';
import type {
  CompiledConversationNode,
  CompiledNode,
  CompiledRoute,
  PlacedAssertion,
  ScriptedTurn,
} from '../model.js';
import { compileAssertions } from './assertions.js';
import type { Compilation } from './compilation.js';
import { modelParts, routeOf } from './model-parts.js';
import { commonParts } from './node-parts.js';
import { saidRetry, saidTimeout } from './retry.js';
import { edges, type Own, type Scoped } from './scoped.js';
import { conditionAt, templateAt } from './text.js';

type Spec = Extract<Node, { type: 'conversation' }>;

const MAX_TURNS = 10;

/** A persona talks with an agent; scripted turns come first. */
export function conversationParts(scoped: Scoped, spec: Spec): Own<CompiledNode> | undefined {
  const { c, id } = scoped;
  const agent = agentOf(scoped, spec);
  const persona = personaOf(scoped, spec);
  const script = (spec.script ?? []).map((_, index) => scriptedTurn(scoped, spec, index));
  const until = spec.until === undefined ? undefined : untilOf(scoped, spec);
  if (!agent || !persona || script.some((turn) => turn === undefined)) return undefined;
  if (script.length > (spec.maxTurns ?? Infinity)) {
    const message = `the script has ${script.length} turns, and the conversation at most ${spec.maxTurns}`;
    c.report(spec, 'maxTurns', {
      code: 'graph/bad-value',
      message,
      suggestion: `raise \`maxTurns\` of ${id}`,
    });
  }
  return {
    ...{ type: 'conversation', spec, persona },
    ...(until && { until }),
    script: script as ScriptedTurn[],
    maxTurns: spec.maxTurns ?? Math.max(MAX_TURNS, script.length),
    body: bodyOf([agent]),
  } satisfies Own<CompiledConversationNode>;
}

/** The agent as a node of the conversation's own. */
function agentOf(scoped: Scoped, spec: Spec): CompiledNode | undefined {
  const { c, container, references, around } = scoped;
  const node = Object.hasOwn(container, spec.agent) ? container[spec.agent] : undefined;
  if (node?.type !== 'agent') {
    const message = node
      ? `the node ${spec.agent} is of type ${node.type}, a persona talks with an agent`
      : `there is no agent \`${spec.agent}\``;
    const told = {
      code: 'graph/unknown-node',
      message,
      suggestion: 'name a node of type agent that stands beside',
    };
    return void c.report(spec, 'agent', told);
  }
  refuseInTalk(c, node);
  const inTalk = c.inTalkOf(spec.agent);
  const { references: own, ...common } = commonParts(inTalk, { container, id: spec.agent, index: 0 });
  const inner: Scoped = { c: inTalk, id: spec.agent, container, references: own, around };
  const parts = modelParts(inner, node, true);
  // Its checks see its own result; what it is told cannot.
  references.push(...own.filter((reference) => c.checkNode(reference.node, reference)));
  return parts && { ...common, ...parts, type: 'agent' };
}

const NOT_IN_TALK = {
  output: 'an agent that talks with a persona answers with text',
  handoffs: 'an agent that talks with a persona cannot hand its work to another',
} as const;

function refuseInTalk(c: Compilation, spec: AgentNode): void {
  for (const key of ['output', 'handoffs'] as const) {
    if (spec[key] === undefined) continue;
    const suggestion = `remove \`${key}\``;
    c.reportKey(spec, key, { code: 'graph/bad-value', message: NOT_IN_TALK[key], suggestion });
  }
}

const untilOf = ({ c, references }: Scoped, spec: Spec) =>
  conditionAt(
    c.within({
      nodes: {},
      locals: {
        messages: 'list',
        turn: 'number',
        last: 'dyn',
        text: 'dyn',
        output: 'dyn',
        toolCalls: 'list',
      },
    }),
    [spec, 'until'],
    edges(references),
  );

function scriptedTurn({ c, id, references }: Scoped, spec: Spec, index: number): ScriptedTurn | undefined {
  const turn = spec.script![index]!;
  const isPlain = typeof turn === 'string';
  const user = templateAt(c, isPlain ? [spec.script!, index] : [turn, 'user'], edges(references));
  const assertions: PlacedAssertion[] = isPlain
    ? []
    : compileAssertions(c.inTalkOf(spec.agent), turn.assert, `${id}.script[${index}].assert`);
  return user && { user, assertions };
}

type Persona = CompiledConversationNode['persona'];

/** Who the persona is, and through which route it speaks. */
function personaOf(scoped: Scoped, spec: Spec): Persona | undefined {
  const { c } = scoped;
  const found = resolvePersona(spec.persona, c.options.personas);
  if (!found.ok) return void c.report(spec, 'persona', found.problem);
  const { system, opening, stopWords, provider } = found.persona;
  if (`${system} ${opening}`.includes('{{')) warnOfBraces(c, spec);
  const isOwn = spec.provider === undefined && provider !== null;
  const route = isOwn ? ownRoute(scoped, spec, provider) : routeOf(scoped, spec);
  if (!route) return undefined;
  return {
    ...{ route, params: route.spec.params ?? {}, tools: [], stopWords, opening, system },
    retry: saidRetry(route.spec.retry, spec.retry),
    timeoutMs: saidTimeout(spec.timeout, route.spec.timeout),
  };
}

/** The route that a persona names, in the graph or in a document of its own. */
function ownRoute(scoped: Scoped, spec: Spec, provider: string): CompiledRoute | undefined {
  const { persona } = spec;
  if (typeof persona === 'object') return routeOf(scoped, persona);
  const c = scoped.c.elsewhere(scoped.c.located.place(spec, 'persona'), () => `the persona ${persona}`);
  return routeOf({ ...scoped, c }, { provider });
}

/** The journals of those who have braces there replay only as long as they are sent as they are. */
function warnOfBraces(c: Compilation, spec: Spec): void {
  const message = 'what a persona says and is told is no template: `{{` is sent as it is written';
  const suggestion = 'write it out, or say it in a turn of `script`, which is a template';
  c.report(spec, 'persona', { code: 'graph/no-template', severity: 'warning', message, suggestion });
}
