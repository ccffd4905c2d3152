import { mockRoute, textInputs, type Template } from './template.js';

const orderId = { type: 'object', required: ['order_id'], properties: { order_id: { type: 'string' } } };
const call = (name: string) => ({ toolCalls: [{ name, arguments: { order_id: '{{ inputs.order_id }}' } }] });

/** A support agent that looks before it acts. */
export const support: Template = {
  name: 'support-agent',
  words: /\b(refund\w*|support|customers?|orders?|returns?|complain\w*|deliver\w*)\b/gi,
  graph: (about) => ({
    inputs: textInputs('message', 'order_id'),
    providers: mockRoute('support'),
    mocks: {
      support: [
        { when: 'toolResults.size() == 0', reply: call('lookup_order') },
        { when: 'toolResults.size() == 1', reply: call('issue_refund') },
        { reply: { content: 'Your refund for {{ inputs.order_id }} is on its way.' } },
      ],
    },
    tools: {
      lookup_order: {
        description: 'Find an order by its id.',
        parameters: orderId,
        mock: [{ return: { status: 'delivered', total: 99.5 } }],
      },
      issue_refund: {
        description: 'Refund an order.',
        parameters: orderId,
        sideEffect: true,
        mock: [{ return: { refunded: true } }],
      },
    },
    nodes: {
      handle: {
        type: 'agent',
        provider: 'support',
        system: about,
        prompt: '{{ inputs.message }}',
        tools: ['lookup_order', 'issue_refund'],
        maxTurns: 6,
      },
    },
    contracts: [
      { id: 'look-first', precedes: { first: 'tool == "lookup_order"', then: 'tool == "issue_refund"' } },
      { id: 'refund-once', atMost: { count: 1, of: 'tool == "issue_refund"' } },
    ],
    assert: [{ type: 'icontains', value: 'refund' }, { type: 'not-is-refusal' }],
    cases: [{ id: 'damaged', vars: { message: 'My order W1 arrived damaged.', order_id: 'W1' } }],
  }),
};
