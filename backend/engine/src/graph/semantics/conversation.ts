import type { AgentNode, Node } from '@rehearse/contracts';
import { resolvePersona } from '../../persona/index.js';
import { bodyOf } from '../body.js';
import type { CompiledConversationNode, CompiledNode, PlacedAssertion, ScriptedTurn } from '../model.js';
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
  const node = container[spec.agent];
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
  refuseOutput(c, node);
  const place = { container, id: spec.agent, index: 0 };
  const { references: own, ...common } = commonParts(c, place);
  const inner: Scoped = { c, id: spec.agent, container, references: own, around };
  const parts = modelParts(inner, node, true);
  references.push(...own);
  return parts && { ...common, ...parts, type: 'agent' };
}

function refuseOutput(c: Compilation, spec: AgentNode): void {
  if (spec.output === undefined) return;
  const message = 'an agent that talks with a persona answers with text';
  c.reportKey(spec, 'output', { code: 'graph/bad-value', message, suggestion: 'remove `output`' });
}

const untilOf = ({ c, references }: Scoped, spec: Spec) =>
  conditionAt(
    c.within({
      nodes: [],
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
    {
      scope: 'node',
      onReference: (reference) => void (reference.node !== spec.agent && references.push(reference)),
    },
  );

function scriptedTurn({ c, id, references }: Scoped, spec: Spec, index: number): ScriptedTurn | undefined {
  const turn = spec.script![index]!;
  const isPlain = typeof turn === 'string';
  const user = templateAt(c, isPlain ? [spec.script!, index] : [turn, 'user'], edges(references));
  const assertions: PlacedAssertion[] = isPlain
    ? []
    : compileAssertions(c, turn.assert, `${id}.script[${index}].assert`);
  return user && { user, assertions };
}

type Persona = CompiledConversationNode['persona'];

/** Who the persona is, and through which route it speaks. */
function personaOf(scoped: Scoped, spec: Spec): Persona | undefined {
  const { c } = scoped;
  const found = resolvePersona(spec.persona, c.options.personas);
  if (!found.ok) return void c.report(spec, 'persona', found.problem);
  const { system, opening, stopWords, provider } = found.persona;
  const route = routeOf(scoped, spec.provider === undefined && provider !== null ? { provider } : spec);
  if (!route) return undefined;
  return {
    ...{ route, params: route.spec.params ?? {}, tools: [], stopWords, opening, system },
    retry: saidRetry(route.spec.retry, spec.retry),
    timeoutMs: saidTimeout(spec.timeout, route.spec.timeout),
  };
}
