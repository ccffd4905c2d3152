import { describe, expect, it } from '@jest/globals';
import type { PersonaView } from '@rehearse/contracts';
import { EMPTY, personaChoices, readSimulation, type SimulationDraft } from './simulation-draft.js';

const read = (draft: Partial<SimulationDraft>) => readSimulation({ ...EMPTY, personas: ['eve'], ...draft });

describe('the request of a simulation', () => {
  it('is of a graph, with personas by name and in words', () => {
    expect(
      read({ graph: 'support', node: ' chat ', texts: 'Wants a refund\n\n Is lost ', calls: 'offline' }),
    ).toEqual({
      ok: true,
      request: {
        ...{ agent: { graph: 'support', node: 'chat' }, personas: ['eve', 'Wants a refund', 'Is lost'] },
        ...{ n: 3, concurrency: 8, offline: true },
      },
    });
  });

  it('is of a model with what it is told, or of an address with a model for the personas', () => {
    expect(
      read({ agent: 'model', model: 'gpt-5-mini', system: 'You help.', n: 1, maxTurns: 4 }),
    ).toMatchObject({
      request: {
        ...{ agent: { model: { provider: 'openai', model: 'gpt-5-mini' }, system: 'You help.' } },
        ...{ n: 1, maxTurns: 4 },
      },
    });
    expect(read({ agent: 'http', url: 'https://agent.example', simulator: 'm' })).toMatchObject({
      request: {
        agent: { http: { url: 'https://agent.example' } },
        simulator: { provider: 'openai', model: 'm' },
      },
    });
  });

  it.each<[Partial<SimulationDraft>, string[]]>([
    [{ personas: [] }, ['graph', 'personas']],
    [{ agent: 'model' }, ['model', 'system']],
    [{ agent: 'http', url: 'agent' }, ['url', 'simulator']],
    [{ graph: 'g', n: 101, concurrency: 0, maxTurns: 'x' }, ['n', 'concurrency', 'maxTurns']],
  ])('says what is wrong with %j', (draft, fields) => {
    const answer = read(draft);
    expect(answer.ok ? [] : Object.keys(answer.problems)).toEqual(fields);
  });
});

it('customers are offered first', () => {
  const persona = (name: string, kind: PersonaView['kind'], source: PersonaView['source'] = 'library') =>
    ({ name, kind, source, title: kind === null ? null : name.toUpperCase() }) as PersonaView;
  expect(
    personaChoices([persona('dev', 'role'), persona('eve', null, 'own'), persona('angry', 'customer')]),
  ).toEqual([
    { group: 'Customers', items: [{ value: 'angry', label: 'ANGRY' }] },
    { group: 'Own', items: [{ value: 'eve', label: 'eve' }] },
    { group: 'Roles', items: [{ value: 'dev', label: 'DEV' }] },
  ]);
});
