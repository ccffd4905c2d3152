import { InlinePersona, type Json, type JsonObject } from '@rehearse/contracts';
import { closestName } from '../expression/index.js';
import type { PersonaAnswer } from '../graph/compile-options.js';
import { formatPath } from '../graph/path.js';
import { shapeProblems } from '../graph/shape/issues.js';
import { findPersona, PERSONAS } from './library.js';

/** A persona with everything filled in. */
export interface Persona {
  name: string;
  goal: string;
  traits: readonly string[];
  system: string;
  /** The talk ends when it says one of them. */
  stopWords: readonly string[];
  /** What it says first; null: it asks its model. */
  opening: string | null;
  /** The route that speaks for it; null: the node says, or there is only one. */
  provider: string | null;
}

export type ResolvedPersona =
  | { ok: true; persona: Persona }
  | { ok: false; problem: { code: string; message: string; suggestion: string } };

/** The persona that is meant: by a name, of a document beside the graph or else of the library, or written out. */
export function resolvePersona(
  given: string | JsonObject,
  find: (name: string) => PersonaAnswer | undefined = () => undefined,
): ResolvedPersona {
  if (typeof given !== 'string') return completed(given, 'persona');
  const beside = find(given);
  if (beside?.ok) return completed(beside.persona, given);
  if (beside) {
    const { code, message } = beside;
    const suggestion = code === 'graph/ambiguous-name' ? 'rename one of them' : 'mend the persona first';
    return { ok: false, problem: { code, message, suggestion } };
  }
  const known = findPersona(given);
  if (known) return { ok: true, persona: { ...known, opening: null, provider: null } };
  const names = PERSONAS.map(({ name }) => name);
  const near = closestName(given, names);
  const suggestion =
    near === undefined
      ? `put a persona of this name beside the graph, or take one of ${names.join(', ')}`
      : `did you mean \`${near}\`?`;
  return {
    ok: false,
    problem: { code: 'graph/unknown-persona', message: `there is no persona \`${given}\``, suggestion },
  };
}

function completed(given: JsonObject, name: string): ResolvedPersona {
  const parsed = InlinePersona.safeParse(given);
  if (!parsed.success) {
    const at = (path: readonly PropertyKey[]) =>
      path.reduce<unknown>(
        (value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step],
        given,
      );
    const [found] = shapeProblems(parsed.error.issues[0]!, {
      valueAt: (path) => at(path) as Json | undefined,
      schemasAt: () => [],
    });
    const where = found!.at === 'value' && found!.path.length > 0 ? `${formatPath(found!.path)}: ` : '';
    const message = `the persona does not fit: ${where}${found!.message}`;
    const suggestion = 'it has a goal, and may have name, traits, system, stopWords, opening and provider';
    return { ok: false, problem: { code: 'graph/bad-persona', message, suggestion } };
  }
  const { goal, traits = [], system, stopWords = [], opening, provider } = parsed.data;
  return {
    ok: true,
    persona: {
      ...{ name: parsed.data.name ?? name, goal, traits, stopWords },
      system: system ?? systemOf({ goal, traits, stopWords }),
      ...{ opening: opening ?? null, provider: provider ?? null },
    },
  };
}

/** What a model is told that plays somebody of whom only goal and traits are known. */
function systemOf({ goal, traits, stopWords }: Pick<Persona, 'goal' | 'traits' | 'stopWords'>): string {
  const lines = [
    'You play a person who talks with an assistant. Write only what this person says, one message at a time.',
    `What the person wants: ${goal}`,
    ...(traits.length > 0 ? [`How the person is: ${traits.join('; ')}.`] : []),
    ...(stopWords.length > 0
      ? [`When it is settled, or cannot be, write ${stopWords[0]} and nothing else.`]
      : []),
  ];
  return lines.join('\n');
}
