import type { GenerateRequest, JsonObject } from '@rehearse/contracts';
import { parseJson } from './vars-form.js';

export const SOURCES = ['template', 'description', 'spec', 'run'] as const;
export type Source = (typeof SOURCES)[number];

/** What stands in the form. */
export interface Wish {
  source: Source;
  template: string;
  text: string;
  /** Who writes from a description; empty: a template that is chosen by its words. */
  provider: string;
  spec: string;
  runId: string;
}

/** Descriptions that the builder has a template for; each runs offline, with a case that passes. */
export const TEMPLATES: { value: string; label: string; about: string }[] = [
  { value: 'Answer a question.', label: 'One answer', about: 'A prompt, an answer and a check.' },
  {
    value: 'Support customers with refunds.',
    label: 'Support agent',
    about: 'Tools, their order and a contract.',
  },
  {
    value: 'An agent that calls tools.',
    label: 'Agent with a tool',
    about: 'One tool, and that it is called.',
  },
  {
    value: 'Classify by category.',
    label: 'Classifier',
    about: 'Structured output with a case for each class.',
  },
  {
    value: 'Answers grounded in documents.',
    label: 'Grounded answer',
    about: 'Retrieval, and an answer that cites.',
  },
  {
    value: 'A conversation with a persona.',
    label: 'Conversation',
    about: 'A simulated user talks with an agent.',
  },
  {
    value: 'A draft that a human approves.',
    label: 'Review by a person',
    about: 'The run waits for a decision.',
  },
];

export const SPEC_EXAMPLE = `{
  "name": "two-steps",
  "nodes": [
    {"id": "shout", "type": "transform", "value": "inputs.word + \\"!\\""},
    {"id": "twice", "type": "transform", "value": "nodes.shout.output + nodes.shout.output"}
  ],
  "edges": [{"from": "shout", "to": "twice"}]
}`;

export type Asked = { ok: true; request: GenerateRequest } | { ok: false; problem: string };

/** What is sent to the builder, or what is wrong in the form. */
export function requestOf(wish: Wish): Asked {
  switch (wish.source) {
    case 'template':
      return { ok: true, request: { from: 'description', text: wish.template } };
    case 'description': {
      const text = wish.text.trim();
      if (text === '') return { ok: false, problem: 'Say what the graph is to do' };
      return {
        ok: true,
        request: { from: 'description', text, ...(wish.provider !== '' && { provider: wish.provider }) },
      };
    }
    case 'spec': {
      const spec = parseJson(wish.spec);
      const isList =
        typeof spec === 'object' && spec !== null && Array.isArray((spec as JsonObject)['nodes']);
      if (!isList) return { ok: false, problem: 'Must be a JSON object with a list of `nodes`' };
      // What else is wrong with it the server says, with the path.
      return { ok: true, request: { ...(spec as JsonObject), from: 'spec' } as GenerateRequest };
    }
    case 'run':
      if (wish.runId === '') return { ok: false, problem: 'Choose a run' };
      return { ok: true, request: { from: 'run', runId: wish.runId } };
    default:
      return wish.source satisfies never;
  }
}
