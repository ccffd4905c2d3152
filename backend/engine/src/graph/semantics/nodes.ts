import type { Node } from '@rehearse/contracts';
import type { CompiledNode, CompiledSwitchNode, CompiledToolNode, CompiledTransformNode } from '../model.js';
import type { Compilation } from './compilation.js';
import { forEachParts, graphParts, loopParts } from './containers.js';
import { conversationParts } from './conversation.js';
import { modelParts } from './model-parts.js';
import { commonParts } from './node-parts.js';
import { toolRetry, toolTimeout } from './retry.js';
import { edges, type NodePlace, type Own, type Scoped, type Surroundings } from './scoped.js';
import { conditionAt, expressionAt, templateValueAt, type Reference } from './text.js';
import { humanParts, waitParts } from './waiting.js';

/** A node and the edges into it; `node` is undefined when it cannot run, which is reported. */
export interface NodeResult {
  node?: CompiledNode;
  references: Reference[];
}

/** Compiles one node. */
export function compileNode(c: Compilation, place: NodePlace, around: Surroundings): NodeResult {
  const { container, id } = place;
  const spec = container[id]!;
  const { references, ...common } = commonParts(c, place);
  const own = ownParts({ c, id, container, references, around }, spec);
  return own ? { node: { ...common, ...own }, references } : { references };
}

function ownParts(scoped: Scoped, spec: Node): Own<CompiledNode> | undefined {
  switch (spec.type) {
    case 'llm':
    case 'agent':
      return modelParts(scoped, spec);
    case 'tool':
      return toolParts(scoped, spec);
    case 'transform': {
      const value = expressionAt(scoped.c, [spec, 'value'], edges(scoped.references));
      return value && ({ type: 'transform', spec, value } satisfies Own<CompiledTransformNode>);
    }
    case 'switch':
      return switchParts(scoped, spec);
    case 'assert':
      return assertParts(scoped, spec);
    case 'forEach':
      return forEachParts(scoped, spec);
    case 'loop':
      return loopParts(scoped, spec);
    case 'graph':
      return graphParts(scoped, spec);
    case 'conversation':
      return conversationParts(scoped, spec);
    case 'human':
      return humanParts(scoped, spec);
    case 'wait':
      return waitParts(scoped, spec);
    default:
      return spec satisfies never;
  }
}

function toolParts(
  { c, references, around }: Scoped,
  spec: Extract<Node, { type: 'tool' }>,
): Own<CompiledToolNode> | undefined {
  const isKnown = c.checkName('tools', spec.tool, c.located.place(spec, 'tool'));
  if (isKnown) c.used.tools.add(spec.tool);
  // Without arguments the tool gets an empty mapping.
  const args = templateValueAt(c, spec.args ? [spec, 'args'] : [{ args: {} }, 'args'], edges(references));
  const tool = around.tools.get(spec.tool);
  if (!tool || !args) return undefined;
  return {
    ...{ type: 'tool', spec, tool, args },
    retry: toolRetry(tool.spec.retry, spec.retry),
    timeoutMs: toolTimeout(spec.timeout, tool.spec.timeout),
  };
}

function switchParts(
  { c, references }: Scoped,
  spec: Extract<Node, { type: 'switch' }>,
): Own<CompiledSwitchNode> {
  const seen = new Set<string>();
  const cases = spec.cases.flatMap((entry) => {
    if (seen.has(entry.name)) {
      const message = `the case \`${entry.name}\` stands twice in this switch`;
      c.report(entry, 'name', { code: 'graph/duplicate-id', message, suggestion: 'rename one of the two' });
    }
    seen.add(entry.name);
    const when = conditionAt(c, [entry, 'when'], edges(references));
    return when ? [{ name: entry.name, when }] : [];
  });
  return { type: 'switch', spec, cases, ...(spec.default !== undefined && { fallback: spec.default }) };
}

function assertParts(
  { c, id, container }: Scoped,
  spec: Extract<Node, { type: 'assert' }>,
): Own<Extract<CompiledNode, { type: 'assert' }>> {
  const checksNothing = !spec.assert?.length && !spec.ensures?.length && !spec.requires?.length;
  if (checksNothing && !c.isDamaged(c.located.pathOf(container, id))) {
    const message = `the node ${id} checks nothing`;
    c.reportKey(container, id, { code: 'graph/missing-key', message, suggestion: 'add `assert`' });
  }
  return { type: 'assert', spec };
}
