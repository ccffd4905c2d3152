import { mockRoute, textInputs, type Template } from './template.js';

const KINDS = ['complaint', 'question', 'other'];

/** One label for each text. */
export const classifier: Template = {
  name: 'classifier',
  words: /\b(classif\w*|triage\w*|categor\w*|labels?|sentiment|intents?|tags?|sort)\b/gi,
  graph: (about) => ({
    inputs: textInputs('message', 'expected'),
    providers: mockRoute('classify'),
    mocks: {
      classify: [
        { when: 'inputs.message.contains("broken")', reply: { content: { kind: 'complaint' } } },
        { when: 'inputs.message.contains("?")', reply: { content: { kind: 'question' } } },
        { reply: { content: { kind: 'other' } } },
      ],
    },
    nodes: {
      classify: {
        type: 'llm',
        provider: 'classify',
        system: about,
        prompt: 'Which kind is this message: complaint, question or other?\n\n{{ inputs.message }}',
        output: { type: 'object', required: ['kind'], properties: { kind: { enum: KINDS } } },
      },
    },
    output: 'nodes.classify.output.kind',
    assert: [{ type: 'equals', value: '{{ inputs.expected }}' }],
    cases: [
      { id: 'complaint', vars: { message: 'My cup arrived broken.', expected: 'complaint' } },
      { id: 'question', vars: { message: 'When do you open?', expected: 'question' } },
      { id: 'thanks', vars: { message: 'Thank you.', expected: 'other' } },
    ],
  }),
};
