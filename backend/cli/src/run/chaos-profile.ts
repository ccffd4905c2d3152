import { closestName } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import type { LoadedGraph } from '../graphs/load-graphs.js';

/** A graph without the profile would run clean, and look as if it had stood the faults. */
export function checkChaos(graphs: readonly LoadedGraph[], profile: string | undefined): void {
  if (profile === undefined) return;
  for (const { file, graph } of graphs) {
    const known = Object.keys(graph.document.chaos ?? {});
    if (known.includes(profile)) continue;
    const near = closestName(profile, known);
    const list = known.length === 0 ? 'It has none: `chaos:` lists them.' : `It has ${known.join(', ')}.`;
    throw new CliError({
      code: 'run/unknown-chaos-profile',
      message: `${file} has no chaos profile \`${profile}\``,
      hint: near === undefined ? list : `Did you mean \`${near}\`?`,
    });
  }
}
