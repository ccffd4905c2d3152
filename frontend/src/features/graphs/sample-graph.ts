/** A graph that runs without a key: the model is a script in the file itself. */
export const SAMPLE_GRAPH = `apiVersion: rehearse/v1
kind: Graph
name: my-first-graph
description: Answers a greeting, and only a greeting.

inputs:
  type: object
  required: [message]
  properties:
    message: {type: string}

providers:
  agent:
    targets:
      - {provider: mock, script: replies}

mocks:
  replies:
    - {when: 'inputs.message.contains("hello")', reply: {content: 'Hello! How can I help?'}}
    - reply: {content: 'Sorry, I only know how to say hello.'}

nodes:
  greet:
    type: llm
    provider: agent
    prompt: '{{ inputs.message }}'

assert:
  - {type: icontains, value: hello}

cases:
  - id: greeting
    vars: {message: hello there}
`;
