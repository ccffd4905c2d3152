import type { Check } from '../model.js';
import { compileAssertions } from './assertions.js';
import type { Compilation } from './compilation.js';
import { edges, type Common, type NodePlace } from './scoped.js';
import { conditionAt, type expressionAt, type Reference } from './text.js';

/** What all types of nodes have. */
export function commonParts(c: Compilation, { container, id, index }: NodePlace): Common {
  const spec = container[id]!;
  const references: Reference[] = [];
  for (const [at, need] of (spec.needs ?? []).entries()) {
    const place = c.located.place(spec.needs!, at);
    const spot = { path: place.path, start: place.start, end: place.end };
    if (c.checkNode(need, spot)) references.push({ node: need, ...spot });
  }
  const when = spec.when === undefined ? undefined : conditionAt(c, [spec, 'when'], edges(references));
  const place = c.located.place(container, id);
  return {
    ...{ id, index, needs: [], references },
    join: spec.join ?? 'all',
    ...(when && { when }),
    onError: spec.onError ?? 'stop',
    requires: checks(c, spec.requires, edges(references)),
    ensures: checks(c, spec.ensures, { scope: 'check' }),
    assertions: compileAssertions(c, spec.assert, `${id}.assert`),
    range: c.findings.lines.range(place.key?.start ?? place.start, place.end),
  };
}

function checks(
  c: Compilation,
  sources: readonly string[] | undefined,
  options: Parameters<typeof expressionAt>[2],
): Check[] {
  return (sources ?? []).flatMap((source, index) => {
    const expression = conditionAt(c, [sources!, index], options);
    const { start, end } = c.located.place(sources!, index);
    return expression ? [{ source, expression, range: c.findings.lines.range(start, end) }] : [];
  });
}
