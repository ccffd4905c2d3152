import { mockRoute, textInputs, type Template } from './template.js';

/** An answer out of documents that were searched for. */
export const retrieval: Template = {
  name: 'grounded-answer',
  words: /\b(rag|retriev\w*|documents?|knowledge|sources?|cit(e|es|ation|ations)|search\w*|grounded|faq)\b/gi,
  graph: (about) => ({
    inputs: textInputs('question'),
    providers: mockRoute('answer'),
    mocks: { answer: [{ reply: { content: 'Returns are free within 30 days [returns-policy].' } }] },
    tools: {
      search: {
        description: 'Find passages that may answer a question.',
        parameters: textInputs('query'),
        mock: [{ return: [{ id: 'returns-policy', text: 'Returns are free within 30 days of delivery.' }] }],
      },
    },
    nodes: {
      find: { type: 'tool', tool: 'search', args: { query: '{{ inputs.question }}' } },
      answer: {
        type: 'llm',
        provider: 'answer',
        system: `${about}\nAnswer from the passages alone, and name the one that you used in brackets.`,
        prompt: 'Passages: {{ nodes.find.output }}\n\nQuestion: {{ inputs.question }}',
        ensures: ['text.contains("[" + nodes.find.output[0].id + "]")'],
      },
    },
    assert: [
      { type: 'contains', value: '30 days' },
      { type: 'latency', threshold: '20s' },
    ],
    cases: [{ id: 'returns', vars: { question: 'How long can I return something?' } }],
  }),
};
