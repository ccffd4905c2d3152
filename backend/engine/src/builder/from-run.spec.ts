import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { importTrajectories } from '../interop/index.js';
import { graphFromRun } from './from-run.js';
import { errorsOf, runOffline } from './testing/run-offline.js';

const EXAMPLE = path.resolve(import.meta.dirname, '../../../cli/examples/refund-agent.yaml');

const EXCERPT = path.resolve(
  import.meta.dirname,
  '../../fixtures/trajectories/tau-bench-airline/excerpt.json',
);

const HEAD = 'apiVersion: rehearse/v1\nkind: Graph\nname: test\n';

describe('a graph from a run', () => {
  it('answers as was recorded, and asserts the tool calls that were made', async () => {
    const recorded = await runOffline(readFileSync(EXAMPLE, 'utf8'));
    const { id, vars } = [...recorded.graph.cases][0]!;
    const made = graphFromRun({
      graph: recorded.graph,
      name: 'x',
      events: recorded.events,
      caseId: id,
      vars,
      seed: 1,
    });
    expect(errorsOf(made)).toEqual([]);
    expect(made.name).toBe('refund-agent-recorded');
    expect(made.yaml).toMatchInlineSnapshot(`
      "apiVersion: rehearse/v1
      kind: Graph
      name: refund-agent-recorded
      description: A refund happens only after the order was verified.
      labels: {team: support, risk: high}
      inputs:
        type: object
        required: [message, order_id]
        properties: {message: {type: string, maxLength: 4000}, order_id: {type: string}}
      providers:
        agent:
          targets: [{provider: mock, script: recorded}]
          params: {temperature: 0, maxOutputTokens: 800}
          timeout: 30s
      mocks:
        recorded:
          - when: node == "classify" && turn == 1
            reply: {content: '{"intent": "refund"}', usage: {inputTokens: 15, outputTokens: 5}}
          - when: node == "handle" && turn == 1
            reply:
              toolCalls: [{name: lookup_order, arguments: {order_id: W1}}]
              usage: {inputTokens: 6, outputTokens: 20}
          - when: node == "handle" && turn == 2
            reply:
              toolCalls: [{name: issue_refund, arguments: {order_id: W1}}]
              usage: {inputTokens: 15, outputTokens: 20}
          - when: node == "handle" && turn == 3
            reply:
              content: Your refund for W1 is on its way.
              usage: {inputTokens: 20, outputTokens: 9}
      tools:
        lookup_order:
          description: Find an order by its id.
          parameters: {type: object, required: [order_id], properties: {order_id: {type: string}}}
          returns: {type: object, required: [status]}
          mock:
            - when: string(args) == "{\\"order_id\\":\\"W1\\"}"
              return: {status: delivered, total: 99.5}
            - {error: this call was not recorded}
        issue_refund:
          description: Refund an order.
          parameters: {type: object, required: [order_id], properties: {order_id: {type: string}}}
          sideEffect: true
          http:
            method: POST
            url: https://shop.example/refunds
            headers: {authorization: 'Bearer \${secret:shop}'}
            json: {order: '{{ args.order_id }}'}
          mock:
            - {when: 'string(args) == "{\\"order_id\\":\\"W1\\"}"', return: {refunded: true}}
            - {error: this call was not recorded}
      nodes:
        classify:
          type: llm
          provider: agent
          system: You triage support messages.
          prompt: 'Classify: {{ inputs.message }}'
          output:
            type: object
            required: [intent]
            properties: {intent: {enum: [refund, other]}}
          ensures: ['output.intent in ["refund", "other"]']
        handle:
          type: agent
          when: nodes.classify.output.intent == "refund"
          provider: agent
          prompt: '{{ inputs.message }}'
          tools: [lookup_order, issue_refund]
          maxTurns: 8
          assert:
            - type: trajectory:tool-sequence
              value: {mode: in_order, steps: [lookup_order, issue_refund]}
            - type: trajectory:tool-sequence
              value: {mode: exact, steps: [lookup_order, issue_refund]}
            - type: trajectory:tool-args-match
              value: {name: lookup_order, args: {order_id: W1}, mode: exact}
            - type: trajectory:tool-args-match
              value: {name: issue_refund, args: {order_id: W1}, mode: exact}
        decline:
          type: llm
          when: nodes.classify.output.intent == "other"
          provider: agent
          prompt: 'Politely decline: {{ inputs.message }}'
      contracts:
        - id: verify-first
          precedes: {first: tool == "lookup_order", then: tool == "issue_refund"}
        - id: refund-once
          atMost: {count: 1, of: type == "tool.called" && tool == "issue_refund"}
        - {id: no-delete, severity: critical, never: tool == "delete_account"}
      assert:
        - {type: icontains, value: refund}
        - {type: latency, threshold: 20s}
        - {type: cost, threshold: 0.02}
      virtualTime: false
      budget: {maxCostUsd: 0.1, maxTokens: 20000, maxDuration: 2m, maxTurns: 30}
      cases:
        - id: happy-path
          vars: {message: I want a refund for W1, order_id: W1}
          seed: 1
      chaos:
        flaky-tools:
          - {on: tool:lookup_order, fault: error, rate: 0.3}
          - {on: llm:*, fault: latency, delay: 2s, rate: 0.5}
          - {on: llm:classify, fault: truncate, rate: 0.1, expect: {recovers: true}}
      metamorphic:
        - id: politeness-does-not-matter
          transform: {message: 'Please, {{ vars.message }}. Thank you!'}
          relation: same-tools
      "
    `);
    const again = await runOffline(made.yaml);
    expect(again.verdict).toBe('passed');
    const answers = (events: typeof again.events) =>
      events.flatMap((event) => (event.type === 'model.responded' ? [[event.key, event.data.content]] : []));
    expect(answers(again.events)).toEqual(answers(recorded.events));
  });

  it('fails once the agent calls other tools', async () => {
    const recorded = await runOffline(readFileSync(EXAMPLE, 'utf8'));
    const { id, vars } = [...recorded.graph.cases][0]!;
    const made = graphFromRun({
      ...{ graph: recorded.graph, name: 'x', events: recorded.events, caseId: id, vars, seed: 1 },
    });
    const changed = made.yaml.replace('toolCalls: [{name: issue_refund', 'toolCalls: [{name: lookup_order');
    expect(changed).not.toBe(made.yaml);
    expect((await runOffline(changed)).verdict).toBe('failed');
  });

  it('keeps texts that look like templates, failures, and answers of the same turn apart', async () => {
    const yaml = `${HEAD}providers: {main: {targets: [{provider: mock, script: main}], retry: {attempts: 1}}}
mocks:
  main:
    - {when: node == "odd", error: {message: 'no {{ "{{" }} way', status: 400}}
    - {when: toolResults.size() == 0, reply: {toolCalls: [{name: find, arguments: {q: '{{ "{{" }} x }}'}}, {name: find, arguments: {q: none}}]}}
    - {reply: {content: 'It is {{ "{{" }} here }}', finishReason: length}}
tools:
  find: {mock: [{when: 'args.q == "none"', error: nothing found}, {return: {text: 'see {{ "{{" }} y }}'}}]}
nodes:
  ask: {type: agent, prompt: Find it, tools: [find]}
  odd: {type: llm, prompt: Fail, onError: continue}
assert: [{type: contains, value: here}]
`;
    const recorded = await runOffline(yaml);
    const made = graphFromRun({
      ...{
        graph: recorded.graph,
        name: 'x',
        events: recorded.events,
        caseId: null,
        vars: {},
        seed: 7,
      },
    });
    expect(errorsOf(made)).toEqual([]);
    expect(made.yaml.slice(made.yaml.indexOf('mocks:'))).toMatchInlineSnapshot(`
      "mocks:
        recorded:
          - when: node == "ask" && turn == 1
            reply:
              toolCalls:
                - {name: find, arguments: {q: '{{ "{{" }} x }}'}}
                - {name: find, arguments: {q: none}}
              usage: {inputTokens: 2, outputTokens: 32}
          - when: node == "odd" && turn == 1
            error: {message: 'no {{ "{{" }} way', status: 400}
          - when: node == "ask" && turn == 2
            reply:
              content: It is {{ "{{" }} here }}
              finishReason: length
              usage: {inputTokens: 15, outputTokens: 4}
      tools:
        find:
          mock:
            - {when: 'string(args) == "{\\"q\\":\\"{{ x }}\\"}"', return: {text: 'see {{ "{{" }} y }}'}}
            - {when: 'string(args) == "{\\"q\\":\\"none\\"}"', error: nothing found}
            - {error: this call was not recorded}
      nodes:
        ask:
          type: agent
          prompt: Find it
          tools: [find]
          assert:
            - {type: trajectory:tool-sequence, value: {mode: exact, steps: [find, find]}}
            - type: trajectory:tool-args-match
              value: {name: find, args: {q: '{{ "{{" }} x }}'}, mode: exact}
            - type: trajectory:tool-args-match
              value: {name: find, args: {q: none}, mode: exact}
        odd: {type: llm, onError: continue, prompt: Fail}
      assert:
        - {type: contains, value: here}
      cases:
        - {id: recorded, vars: {}, seed: 7}
      "
    `);
    const again = await runOffline(made.yaml);
    const calls = (events: typeof again.events) =>
      events.flatMap(({ type, key, data }) =>
        /^tool\.(returned|failed)|^model\.(responded|failed)/.test(type) ? [{ type, key, data }] : [],
      );
    expect(calls(again.events)).toEqual(calls(recorded.events));
  });

  it('needs no file any more: the texts of prompts stand in it', async () => {
    const yaml = `${HEAD}providers: {main: {targets: [{provider: mock, script: main}]}}
mocks: {main: [{reply: {content: ok}}]}
nodes: {ask: {type: llm, prompt: {file: prompts/ask.md}}}
assert: [{type: contains, value: ok}]
`;
    const files = () => ({ ok: true, text: 'From a file' }) as const;
    const recorded = await runOffline(yaml, { files });
    const made = graphFromRun({
      ...{ graph: recorded.graph, name: 'x', events: recorded.events, caseId: null, vars: {}, seed: 1 },
    });
    expect(made.yaml).toContain('prompt: From a file');
    expect((await runOffline(made.yaml)).verdict).toBe('passed');
  });

  it('of an imported conversation is an agent that holds it', async () => {
    const imported = importTrajectories({ format: 'tau-bench', text: readFileSync(EXCERPT, 'utf8'), now: 0 });
    if (!imported.ok) throw new Error('the excerpt cannot be read');
    const [run] = imported.runs;
    const made = graphFromRun({ graph: null, name: imported.graphName, seed: 1, ...run! });
    expect(errorsOf(made)).toEqual([]);
    expect(
      made.yaml
        .split('\n')
        .filter((line) => /^[a-z]|^ {2}\w+:/.test(line))
        .join('\n'),
    ).toMatchInlineSnapshot(`
      "apiVersion: rehearse/v1
      kind: Graph
      name: imported-tau-bench-recorded
      providers:
        recorded: {targets: [{provider: mock, script: recorded}]}
      mocks:
        recorded:
      tools:
        get_reservation_details:
        cancel_reservation:
      nodes:
        recorded:
        talk:
      cases:"
    `);
    const again = await runOffline(made.yaml);
    const calls = (events: typeof again.events) =>
      events.flatMap((event) => (event.type === 'tool.called' ? [event.data.tool] : []));
    expect(calls(again.events)).toEqual(calls(run!.events));
    expect(again.verdict).toBe('passed');
  });
});
