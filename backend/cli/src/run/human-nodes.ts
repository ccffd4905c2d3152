import type { Json } from '@rehearse/contracts';
import { closestName } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import type { LoadedGraph } from '../graphs/load-graphs.js';
import type { Approval } from './run-options.js';

/** A decision for a node that nobody waits at is a slip of the pen, and the run would wait for ever. */
export function checkApprovals(graphs: readonly LoadedGraph[], approvals: readonly Approval[]): void {
  const known = [...new Set(graphs.flatMap(({ graph }) => humansIn(graph.document as unknown as Json)))];
  for (const { key } of approvals) {
    if (known.includes(nodeOf(key))) continue;
    const near = closestName(nodeOf(key), known);
    const list = known.length === 0 ? 'There are none.' : `There are: ${known.join(', ')}.`;
    throw new CliError({
      code: 'run/unknown-human',
      message: `no graph has a human node \`${nodeOf(key)}\` that --approve could decide for`,
      hint: near === undefined ? list : `Did you mean \`${near}\`?`,
    });
  }
}

/** `ask` of `each/item[2]/ask`. */
const nodeOf = (key: string): string => key.split('/').at(-1)!;

/** The ids of the human nodes of a document, also of those inside of other nodes. */
function humansIn(value: Json): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const { nodes } = value;
  if (typeof nodes !== 'object' || nodes === null || Array.isArray(nodes)) return [];
  return Object.entries(nodes).flatMap(([id, node]) => [
    ...(typeof node === 'object' && node !== null && 'type' in node && node['type'] === 'human' ? [id] : []),
    ...humansIn(node),
  ]);
}
