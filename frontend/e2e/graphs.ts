/** Three turns of a scripted model, slow enough to be watched, that call two tools in the order that a contract wants. */
export const slowGraph = ({
  name,
  turnMs = 700,
  prompt = 'Refund',
}: {
  name: string;
  turnMs?: number;
  prompt?: string;
}) =>
  `
apiVersion: rehearse/v1
kind: Graph
name: ${name}
description: A refund that takes its time.
inputs:
  type: object
  required: [order_id]
  properties:
    order_id: {type: string}
providers:
  agent:
    targets: [{provider: mock, script: careful}]
mocks:
  careful:
    - when: toolResults.size() == 0
      latency: ${turnMs}ms
      reply: {toolCalls: [{name: lookup_order, arguments: {order_id: '{{ inputs.order_id }}'}}]}
    - when: toolResults.size() == 1
      latency: ${turnMs}ms
      reply: {toolCalls: [{name: issue_refund, arguments: {order_id: '{{ inputs.order_id }}'}}]}
    - latency: ${turnMs}ms
      reply: {content: 'The refund for {{ inputs.order_id }} is on its way.'}
tools:
  lookup_order:
    parameters: {type: object, required: [order_id], properties: {order_id: {type: string}}}
    mock: [{return: {status: delivered}}]
  issue_refund:
    parameters: {type: object, required: [order_id], properties: {order_id: {type: string}}}
    mock: [{return: {refunded: true}}]
nodes:
  handle:
    type: agent
    provider: agent
    prompt: '${prompt} {{ inputs.order_id }}'
    tools: [lookup_order, issue_refund]
contracts:
  - {id: verify-first, precedes: {first: 'tool == "lookup_order"', then: 'tool == "issue_refund"'}}
assert:
  - {type: icontains, value: refund}
cases:
  - id: order-1
    vars: {order_id: W1}
`.trimStart();

/** Refunds before it has looked: an assertion and a contract fail, the contract first. */
export const failingGraph = (name: string) =>
  `
apiVersion: rehearse/v1
kind: Graph
name: ${name}
providers:
  agent: {targets: [{provider: mock, script: eager}]}
mocks:
  eager:
    - {when: toolResults.size() == 0, reply: {toolCalls: [{name: issue_refund}]}}
    - {when: toolResults.size() == 1, reply: {toolCalls: [{name: lookup_order}]}}
    - reply: {content: Done.}
tools:
  lookup_order: {mock: [{return: found}]}
  issue_refund: {mock: [{return: paid}]}
nodes:
  handle: {type: agent, provider: agent, prompt: go, tools: [lookup_order, issue_refund]}
contracts:
  - {id: verify-first, precedes: {first: 'tool == "lookup_order"', then: 'tool == "issue_refund"'}}
assert:
  - {type: icontains, value: refunded}
  - {type: contains, value: Done}
cases:
  - {id: only, vars: {}}
`.trimStart();

/** A draft that a person has to let pass; what the person sends is the output. */
export const askingGraph = ({
  name,
  draftMs = 1,
  more = 'description: Somebody looks at the letter before it leaves.',
}: {
  name: string;
  draftMs?: number;
  more?: string;
}) =>
  `
apiVersion: rehearse/v1
kind: Graph
name: ${name}
providers:
  writer: {targets: [{provider: mock, script: letter}]}
mocks:
  letter:
    - {latency: ${draftMs}ms, reply: {content: 'Dear Ada, {{ inputs.amount }} are on their way.'}}
nodes:
  draft: {type: llm, provider: writer, prompt: 'Tell Ada about {{ inputs.amount }}.'}
  approval:
    type: human
    prompt: 'Send this? {{ nodes.draft.text }}'
    ${more}
  letter:
    type: transform
    value: 'nodes.approval.output.form != null ? nodes.approval.output.form : nodes.draft.text'
assert:
  - {type: cel, value: output != null}
cases:
  - {id: large, vars: {amount: 250}}
`.trimStart();

/** A list whose every item is looked at, and a text that is written until it is short. */
export const nestedGraph = (name: string) =>
  `
apiVersion: rehearse/v1
kind: Graph
name: ${name}
providers:
  main: {targets: [{provider: mock, script: main}]}
mocks:
  main:
    - {when: 'node == "write" && last.content.contains("again")', reply: {content: short}}
    - {when: 'node == "write"', reply: {content: much too long}}
    - {reply: {content: 'seen {{ last.content }}'}}
nodes:
  each:
    type: forEach
    over: inputs.items
    as: item
    nodes:
      look: {type: llm, prompt: '{{ item }}'}
  polish:
    type: loop
    needs: [each]
    until: nodes.write.text == "short"
    maxIterations: 3
    nodes:
      write: {type: llm, prompt: 'Write it {{ previous == null ? "once" : "again" }}'}
assert:
  - {type: cel, value: output != null}
`.trimStart();

/** A desk that looks an order up and answers; what it says, and how it asks, can be changed. */
export const deskGraph = ({
  name,
  answer = 'Your refund for {{ inputs.order_id }} is on its way, within three days.',
  more = '',
}: {
  name: string;
  answer?: string;
  /** Further arguments of the call. */
  more?: string;
}) =>
  `
apiVersion: rehearse/v1
kind: Graph
name: ${name}
providers:
  agent: {targets: [{provider: mock, script: desk}]}
mocks:
  desk:
    - {when: toolResults.size() == 0, reply: {toolCalls: [{name: lookup_order, arguments: {order_id: '{{ inputs.order_id }}'${more}}}]}}
    - {reply: {content: '${answer}'}}
tools:
  lookup_order: {mock: [{return: {status: delivered, trace: 4f0c7c3e-92aa-4f43-8f2e-0b9a1c2d3e4f}}]}
nodes:
  handle: {type: agent, provider: agent, prompt: 'Refund {{ inputs.order_id }}', tools: [lookup_order]}
assert:
  - {type: icontains, value: refund}
  - {type: latency, threshold: 60s}
cases:
  - {id: order-1, vars: {order_id: W1}}
  - {id: order-2, vars: {order_id: W2}}
`.trimStart();

/** A support that answers, and a customer that asks twice and leaves; each takes its time, so that it can be watched. */
export const supportGraph = (name: string, turnMs = 1) =>
  `
apiVersion: rehearse/v1
kind: Graph
name: ${name}
providers:
  main: {targets: [{provider: mock, script: support}]}
  customer: {targets: [{provider: mock, script: customer}]}
mocks:
  support: [{latency: ${turnMs}ms, reply: {content: 'Your lamp is on its way.'}}]
  customer:
    - {when: turn < 3, latency: ${turnMs}ms, reply: {content: 'Where is my lamp?'}}
    - {latency: ${turnMs}ms, reply: {content: 'Thank you. [END]'}}
nodes:
  support: {type: agent, provider: main, system: You are the support of a shop for lamps.}
  chat: {type: conversation, agent: support, persona: impatient-customer, provider: customer, maxTurns: 6}
assert: [{type: icontains, value: lamp}]
`.trimStart();
