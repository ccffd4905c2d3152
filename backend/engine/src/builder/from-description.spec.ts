import { describe, expect, it } from '@jest/globals';
import { graphFromDescription } from './from-description.js';
import { errorsOf, runOffline } from './testing/run-offline.js';

const TEXTS = {
  'support-agent': 'A support agent that refunds orders of angry customers',
  'grounded-answer': 'Answer questions from our documents and cite the sources',
  classifier: 'Triage incoming mail into categories',
  'tool-agent': 'An agent that calls the weather API',
  conversation: 'A chat with the persona of a shopper',
  'review-pipeline': 'Drafts that a human approves before we publish',
  answer: 'Something else altogether',
};

describe('a graph from a description', () => {
  it.each(Object.entries(TEXTS))('is the template %s for: %s', (name, text) => {
    expect(graphFromDescription(text).name).toBe(name);
  });

  it.each(Object.entries(TEXTS))('validates and passes offline: %s', async (_name, text) => {
    const made = graphFromDescription(text);
    expect(made.diagnostics).toEqual([]);
    expect((await runOffline(made.yaml)).verdict).toBe('passed');
  });

  it('says what was described, also where that looks like a template or spans lines', async () => {
    const made = graphFromDescription('  Repeat {{ this }}\n  exactly ', 'parrot');
    expect(errorsOf(made)).toEqual([]);
    const { graph } = await runOffline(made.yaml);
    expect(graph.name).toBe('parrot');
    expect(graph.document.description).toBe('Repeat {{ this }} exactly');
    expect(made.yaml).toMatchInlineSnapshot(`
      "apiVersion: rehearse/v1
      kind: Graph
      name: parrot
      description: Repeat {{ this }} exactly
      inputs:
        type: object
        required: [message]
        properties: {message: {type: string}}
      providers:
        main: {targets: [{provider: mock, script: main}]}
      mocks:
        main: [{reply: {content: 'You said: {{ inputs.message }}'}}]
      nodes:
        answer:
          type: llm
          provider: main
          system: Repeat {{ "{{" }} this }} exactly
          prompt: '{{ inputs.message }}'
      assert:
        - {type: contains, value: '{{ inputs.message }}'}
        - {type: not-is-refusal}
      cases:
        - {id: hello, vars: {message: Hello}}
      "
    `);
  });
});
