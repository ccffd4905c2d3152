import { mockRoute, textInputs, type Template } from './template.js';

/** One question, one answer: where nothing else fits. */
export const plainAnswer: Template = {
  name: 'answer',
  words: /(?!)/g,
  graph: (about) => ({
    inputs: textInputs('message'),
    providers: mockRoute('main'),
    mocks: { main: [{ reply: { content: 'You said: {{ inputs.message }}' } }] },
    nodes: { answer: { type: 'llm', provider: 'main', system: about, prompt: '{{ inputs.message }}' } },
    assert: [{ type: 'contains', value: '{{ inputs.message }}' }, { type: 'not-is-refusal' }],
    cases: [{ id: 'hello', vars: { message: 'Hello' } }],
  }),
};
