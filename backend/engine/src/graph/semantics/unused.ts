import type { Compilation } from './compilation.js';

/** Warns of what nothing refers to, and of sections that only act when asked for and do not run yet. */
export function warnUnused(c: Compilation): void {
  const { document, used } = c;
  const chosen = new Set(Object.values(document.matrix ?? {}).flat(2) as readonly unknown[]);
  for (const [section, word] of [
    ['providers', 'route'],
    ['mocks', 'mock script'],
    ['tools', 'tool'],
    ['assertTemplates', 'assertion template'],
  ] as const) {
    for (const name of Object.keys(document[section] ?? {})) {
      // A cell of a matrix uses what another one does not.
      if (used[section].has(name) || chosen.has(name)) continue;
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
