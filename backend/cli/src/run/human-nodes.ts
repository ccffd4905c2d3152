import { closestName, filePlaceOf, type CompiledBody } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import type { LoadedGraph } from '../graphs/load-graphs.js';
import type { Approval } from './run-options.js';

/** A decision for a node that nobody waits at is a slip of the pen, and the run would wait for ever. */
export function checkApprovals(graphs: readonly LoadedGraph[], approvals: readonly Approval[]): void {
  const keys = approvals.map(({ key }) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) < index);
  if (twice !== undefined) throw approvedTwice(twice);
  const places = humanPlaces(graphs);
  for (const { key } of approvals) {
    const place = filePlaceOf(key);
    const known = place.includes('/') ? places : humanNodes(graphs);
    if (known.includes(place)) continue;
    const near = closestName(place, known);
    const list = known.length === 0 ? 'There are none.' : `There are: ${known.join(', ')}.`;
    throw new CliError({
      code: 'run/unknown-human',
      message: `no graph has a human node \`${place}\` that --approve could decide for`,
      hint: near === undefined ? list : `Did you mean \`${near}\`?`,
    });
  }
}

const approvedTwice = (key: string): CliError =>
  new CliError({
    code: 'cli/approved-twice',
    message: `--approve decides twice for \`${key}\`, and only one can hold`,
    hint: 'Leave one of them out; for one item or turn name its key, as in each/item[2]/ask.',
  });

/** The ids of the nodes at which a person decides, also of those inside of other nodes; each once. */
export const humanNodes = (graphs: readonly LoadedGraph[]): string[] => [
  ...new Set(humanPlaces(graphs).map(nodeOf)),
];

/** Where these nodes stand: `each/ask`; each place once. */
const humanPlaces = (graphs: readonly LoadedGraph[]): string[] => [
  ...new Set(graphs.flatMap(({ graph }) => placesIn(graph))),
];

function placesIn({ nodes }: CompiledBody, around = ''): string[] {
  return nodes.flatMap((node) => {
    if (node.type === 'human') return [around + node.id];
    return 'body' in node ? placesIn(node.body, `${around}${node.id}/`) : [];
  });
}

/** What decides at a key: what names it itself, else its place in the file, else its node wherever it stands. */
export const approvalFor = (approvals: readonly Approval[], key: string): Approval | undefined =>
  [key, filePlaceOf(key), nodeOf(key)]
    .map((name) => approvals.find((one) => one.key === name))
    .find((one) => one !== undefined);

/** `ask` of `each/item[2]/ask`. */
export const nodeOf = (key: string): string => key.split('/').at(-1)!;
