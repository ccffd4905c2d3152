import { mockRoute, type Template } from './template.js';

/** A simulated user talks with an agent. */
export const conversation: Template = {
  name: 'conversation',
  words: /\b(conversation\w*|personas?|chat\w*|dialog\w*|interview\w*|multi-?turn|simulated?|talks?)\b/gi,
  graph: (about) => ({
    providers: { ...mockRoute('user'), ...mockRoute('agent') },
    mocks: {
      user: [{ reply: { content: '[DONE]' } }],
      agent: [
        { when: 'turn == 1', reply: { content: 'Gladly. Which size do you need?' } },
        { reply: { content: 'Size 42 is in stock, and it is reserved for you.' } },
      ],
    },
    nodes: {
      agent: { type: 'agent', provider: 'agent', system: about, maxTurns: 6 },
      talk: {
        type: 'conversation',
        persona: { goal: 'reserve a pair of shoes', traits: ['in a hurry'] },
        provider: 'user',
        agent: 'agent',
        script: ['I am looking for running shoes.', 'Size 42, please.'],
        maxTurns: 4,
      },
    },
    assert: [{ type: 'icontains', value: 'reserved' }],
    cases: [{ id: 'shoes' }],
  }),
};
