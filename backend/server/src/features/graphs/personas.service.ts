import {
  DEFAULT_PAGE,
  type Diagnostic,
  type JsonObject,
  type PageQuery,
  type PersonaUploadAnswer,
  type PersonaView,
} from '@rehearse/contracts';
import { digestOf, type LibraryPersona, PERSONAS, resolvePersona } from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import { CURSOR_NAME, decodeCursor, pageOf } from '../../platform/http/cursor.js';
import type { Principal } from '../../platform/http/principal.js';
import type { CheckedPersona } from './check-upload.js';
import { PersonasRepository, type StoredPersona } from './personas.repository.js';

/** Who talks with agents, and whom agents play: of the library, and those that a tenant keeps. */
@Injectable()
export class PersonasService {
  constructor(private readonly personas: PersonasRepository) {}

  async list({ tenantId }: Principal, { limit = DEFAULT_PAGE, cursor }: PageQuery) {
    const [after] = cursor === undefined ? [] : decodeCursor(cursor, [CURSOR_NAME]);
    const rest = (await this.all(tenantId)).filter(({ name }) => after === undefined || name > after);
    return pageOf(rest.slice(0, limit + 1), { limit, cursor: ({ name }) => [name] });
  }

  async get({ tenantId }: Principal, name: string): Promise<PersonaView> {
    const found = (await this.all(tenantId)).find((persona) => persona.name === name);
    if (!found) throw new AppError('persona/not-found', 'No persona has this name.');
    return found;
  }

  /** Those of a tenant, as they stand in a graph. */
  async own(tenantId: string): Promise<ReadonlyMap<string, JsonObject>> {
    return new Map((await this.personas.all(tenantId)).map(({ name, document }) => [name, document]));
  }

  /** Keeps them by their names, in place of those that had these; `created` is false when all were there already. */
  async keep(
    { tenantId, userId }: Principal,
    checked: readonly CheckedPersona[],
    diagnostics: Diagnostic[],
  ): Promise<{ answer: PersonaUploadAnswer; created: boolean }> {
    const byName = new Map(checked.map((one) => [one.name, one]));
    const drafts = [...byName.values()].map((one) => ({ ...one, digest: digestOf(one.document) }));
    const created = await this.personas.store(tenantId, userId, drafts);
    const all = await this.all(tenantId);
    const personas = all.filter(({ name, source }) => source === 'own' && byName.has(name));
    return { answer: { personas, diagnostics }, created };
  }

  /** By name; one of the tenant goes before one of the library. */
  private async all(tenantId: string): Promise<PersonaView[]> {
    const own = (await this.personas.all(tenantId)).map(ownView);
    const names = new Set(own.map(({ name }) => name));
    const library = PERSONAS.filter(({ name }) => !names.has(name)).map(libraryView);
    return [...own, ...library].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}

const libraryView = ({
  name,
  title,
  kind,
  goal,
  traits,
  system,
  stopWords,
}: LibraryPersona): PersonaView => ({
  ...{ name, title, kind, goal, system, description: null, source: 'library' },
  ...{ traits: [...traits], stopWords: [...stopWords], opening: null, provider: null, createdAt: null },
});

function ownView({ name, document, createdAt }: StoredPersona): PersonaView {
  const found = resolvePersona(document);
  if (!found.ok) throw new Error(`the stored persona ${name}: ${found.problem.message}`);
  const { goal, traits, system, stopWords, opening, provider } = found.persona;
  const text = (key: string) => (typeof document[key] === 'string' ? document[key] : null);
  return {
    ...{ name, title: text('title'), description: text('description'), kind: null, source: 'own' },
    ...{ goal, system, traits: [...traits], stopWords: [...stopWords], opening, provider, createdAt },
  };
}
