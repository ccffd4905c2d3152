import type { Compilation } from './compilation.js';

/** Warns of what nothing refers to, and of sections that only act when asked for and do not run yet. */
export function warnUnused(c: Compilation): void {
  const { document, used } = c;
  for (const [section, word] of [
    ['providers', 'route'],
    ['mocks', 'mock script'],
    ['tools', 'tool'],
    ['assertTemplates', 'assertion template'],
  ] as const) {
    for (const name of Object.keys(document[section] ?? {})) {
      if (used[section].has(name)) continue;
      const message = `nothing uses the ${word} \`${name}\``;
      c.reportKey(document[section]!, name, {
        code: 'graph/unused',
        message,
        severity: 'warning',
        suggestion: 'remove it, or refer to it',
      });
    }
  }
}

/** Sections that act only when they are asked for: the graph runs without them. */
export function postponeSections(c: Compilation): void {
  const { document } = c;
  if (document.chaos) c.postpone(document, 'chaos', 'chaos profiles do not run yet');
  if (document.metamorphic) c.postpone(document, 'metamorphic', 'metamorphic relations do not run yet');
}
