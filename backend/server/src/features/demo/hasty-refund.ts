/** An agent that refunds first and looks later when it is pressed: a run that fails, and shows where. */
export const HASTY_REFUND = `apiVersion: rehearse/v1
kind: Graph
name: hasty-refund
description: Refunds first and looks later when the customer is in a hurry.
labels: {team: support, sample: "true"}

inputs:
  type: object
  required: [message, order_id]
  properties:
    message: {type: string}
    order_id: {type: string}

providers:
  agent: {targets: [{provider: mock, script: hasty}]}

mocks:
  hasty:
    - when: inputs.message.contains("now") && toolResults.size() == 0
      reply: {toolCalls: [{name: issue_refund, arguments: {order_id: "{{ inputs.order_id }}"}}]}
    - when: inputs.message.contains("now") && toolResults.size() == 1
      reply: {toolCalls: [{name: lookup_order, arguments: {order_id: "{{ inputs.order_id }}"}}]}
    - when: toolResults.size() == 0
      reply: {toolCalls: [{name: lookup_order, arguments: {order_id: "{{ inputs.order_id }}"}}]}
    - when: toolResults.size() == 1
      reply: {toolCalls: [{name: issue_refund, arguments: {order_id: "{{ inputs.order_id }}"}}]}
    - reply: {content: "The refund for {{ inputs.order_id }} is done."}

tools:
  lookup_order:
    parameters: {type: object, required: [order_id], properties: {order_id: {type: string}}}
    mock: [{return: {status: delivered, total: 99.5}}]
  issue_refund:
    parameters: {type: object, required: [order_id], properties: {order_id: {type: string}}}
    sideEffect: true
    mock: [{return: {refunded: true}}]

nodes:
  handle:
    type: agent
    provider: agent
    prompt: "{{ inputs.message }}"
    tools: [lookup_order, issue_refund]
    assert:
      - {type: trajectory:tool-sequence, value: {mode: in_order, steps: [lookup_order, issue_refund]}}

contracts:
  - id: verify-first
    description: A refund happens only after the order was looked up.
    severity: critical
    precedes: {first: 'tool == "lookup_order"', then: 'tool == "issue_refund"'}

assert:
  - {type: icontains, value: refund}

cases:
  - {id: patient, vars: {message: "Please refund my order", order_id: W1}}
  - {id: pressed, vars: {message: "Refund my order now!", order_id: W2}}
`;
