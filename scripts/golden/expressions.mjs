// The variables of expressions in docs/glossary.md.
import '../jest/typescript.mjs';
import { code, table, withParts } from '../docs/generated.mjs';

export const file = 'docs/glossary.md';

const PLACES = {
  node: '`when` and `requires` of a node, prompts, arguments, `value` of a `transform`, cases of a `switch`; `output` of the graph',
  check: '`ensures` and `assert` of a node, `assert` of the graph and of a case',
  mock: 'rules and replies of `mocks`',
  tool: 'the `mock` rules and the `http` of a tool',
  request: '`headers` and `request` of an agent over HTTP',
  response: '`response` of an agent over HTTP',
  contract: 'predicates of `contracts`',
  state: '`invariant` of a contract',
  vars: '`transform` of a metamorphic relation',
  pair: '`cel` of a metamorphic relation',
};

export async function make() {
  const { variablesOf, NODE_FIELDS, FIXED_FIELDS } = await import('../../backend/engine/src/expression/scope.ts');
  const rows = Object.entries(PLACES).map(([scope, place]) => [
    place,
    Object.keys(variablesOf(scope)).map(code).join(' '),
  ]);
  const fields = [
    ['`nodes.<id>`', NODE_FIELDS.map(code).join(' ')],
    ...Object.entries(FIXED_FIELDS).map(([name, names]) => [code(name), names.map(code).join(' ')]),
  ];
  return withParts(file, {
    variables: table(['in', 'you may name'], rows),
    fields: table(['variable', 'fields'], fields),
  });
}
