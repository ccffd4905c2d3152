import { type CreateSimulationRequest, type Json, type JsonObject, SLUG_PATTERN } from '@rehearse/contracts';
import { canonicalJson, findPersona, resolvePersona } from '@rehearse/engine';
import { AppError } from '../../platform/errors/index.js';

/** A persona of a simulation. */
export interface Simulated {
  name: string;
  goal: string;
  source: 'library' | 'own' | 'given';
  /** What stands in the conversation: a name of the library, or the persona written out. */
  value: Json;
}

/** Where personas of a name may be: beside the graph, then those of the tenant, then the library. */
export interface KnownPersonas {
  beside: Readonly<Record<string, JsonObject>>;
  own: ReadonlyMap<string, JsonObject>;
}

/** The personas that are meant, each once. */
export function simulatedPersonas(
  given: CreateSimulationRequest['personas'],
  known: KnownPersonas,
): Simulated[] {
  const found = given.map((one, index) => personaOf(one, { index, known }));
  const first = new Map<string, number>();
  for (const [index, { value }] of found.entries()) {
    const key = canonicalJson(value);
    const same = first.get(key);
    if (same !== undefined)
      throw refused('request/invalid', index, `it is the same as personas[${same}]; raise n instead`);
    first.set(key, index);
  }
  return found;
}

interface Place {
  index: number;
  known: KnownPersonas;
}

function personaOf(given: string | JsonObject, { index, known }: Place): Simulated {
  if (typeof given !== 'string') return written(given, index, 'given');
  // What is no name says what the persona wants.
  if (!SLUG_PATTERN.test(given)) return written({ goal: given }, index, 'given');
  const beside = Object.hasOwn(known.beside, given) ? known.beside[given] : undefined;
  const own = beside ?? known.own.get(given);
  if (own) return written({ ...own, name: given }, index, 'own');
  const library = findPersona(given);
  if (library) return { name: given, goal: library.goal, source: 'library', value: given };
  const told = resolvePersona(given);
  const why = told.ok ? '' : `${told.problem.message}; ${told.problem.suggestion}`;
  throw refused('simulation/unknown-persona', index, why);
}

function written(given: JsonObject, index: number, source: Simulated['source']): Simulated {
  const value = { name: `persona-${index + 1}`, ...given };
  const found = resolvePersona(value);
  if (!found.ok) throw refused('request/invalid', index, found.problem.message);
  const { name, goal } = found.persona;
  return { name, goal, source, value };
}

function refused(
  code: 'request/invalid' | 'simulation/unknown-persona',
  index: number,
  message: string,
): AppError {
  const path = `personas[${index}]`;
  return new AppError(code, `${path}: ${message}`, { errors: [{ path, message }] });
}
