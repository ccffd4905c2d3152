import { z } from 'zod';
import { GraphDocument } from './graph-document.js';
import { PersonaDocument } from './persona.js';
import { SuiteDocument } from './suite.js';

/**
 * JSON Schema 2020-12 of the graph format, for editors: the root is a graph, and the other kinds stand beside it as
 * `#/$defs/Persona` and `#/$defs/Suite`.
 */
export function graphJsonSchema() {
  const [graph, ...others] = [GraphDocument, PersonaDocument, SuiteDocument].map((schema) =>
    z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input', unrepresentable: 'any' }),
  );
  const $defs = Object.assign({}, ...others.map((other) => other.$defs), graph!.$defs) as object;
  return { $id: 'urn:rehearse:schema:graph:v1', ...graph, $defs };
}
