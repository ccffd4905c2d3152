import { mockRoute, textInputs, type Template } from './template.js';

/** A draft that a person approves before it is published; when nobody does in time, it is not. */
export const approval: Template = {
  name: 'review-pipeline',
  words: /\b(approv\w*|review\w*|humans?|sign-?off|pipeline|publish\w*|drafts?|editor\w*)\b/gi,
  graph: (about) => ({
    inputs: textInputs('topic'),
    providers: mockRoute('writer'),
    mocks: { writer: [{ reply: { content: 'A short note about {{ inputs.topic }}.' } }] },
    tools: {
      publish: {
        description: 'Publish a text.',
        parameters: textInputs('text'),
        sideEffect: true,
        mock: [{ return: { published: true } }],
      },
    },
    nodes: {
      draft: { type: 'llm', provider: 'writer', system: about, prompt: 'Write about {{ inputs.topic }}.' },
      check: {
        type: 'human',
        prompt: 'Publish this?\n\n{{ nodes.draft.text }}',
        timeout: '1h',
        onTimeout: 'reject',
      },
      publish: {
        type: 'tool',
        when: 'nodes.check.output.decision != "reject"',
        tool: 'publish',
        args: { text: '{{ nodes.draft.text }}' },
      },
    },
    virtualTime: true,
    contracts: [
      {
        id: 'approved-first',
        precedes: {
          first: 'type == "human.decided" && data.decision != "reject"',
          then: 'type == "tool.called" && tool == "publish"',
        },
      },
    ],
    output: 'nodes.draft.text',
    assert: [{ type: 'contains', value: '{{ inputs.topic }}' }],
    cases: [{ id: 'tea', vars: { topic: 'tea' } }],
  }),
};
