// The library of personas, in docs/personas.md.
import '../jest/typescript.mjs';
import { withParts } from '../docs/generated.mjs';

export const file = 'docs/personas.md';

export async function make() {
  const { PERSONAS } = await import('../../backend/engine/src/persona/index.ts');
  const parts = {};
  for (const kind of ['role', 'customer'])
    parts[`${kind}s`] = PERSONAS.filter((one) => one.kind === kind)
      .map(described)
      .join('\n\n');
  return withParts(file, parts);
}

const described = ({ name, title, goal, traits, system }) =>
  [
    `### \`${name}\``,
    `${title}. ${goal} Traits: ${traits.join(', ')}.`,
    ['```text', system, '```'].join('\n'),
  ].join('\n\n');
