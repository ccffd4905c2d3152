import { describe, expect, it } from '@jest/globals';
import { compileGraph } from '../graph/index.js';
import { graphFromDescription } from './from-description.js';
import { graphFromAnswer, isValid, writerGraph } from './from-model.js';

const target = { provider: 'openai', model: 'gpt-5-mini' } as const;
const FINE = graphFromDescription('triage mail').yaml;

describe('a graph that a model writes', () => {
  it('is asked for with the format by examples, and the description as it is', () => {
    const { nodes } = writerGraph({ text: 'A bot that says {{ hello }}', target });
    const [node] = nodes;
    const parts = node!.type === 'llm' ? node!.prompt.map(({ template }) => template.render({})) : [];
    const texts = parts.map((part) => (part.ok ? part.text : ''));
    expect(texts).toHaveLength(2);
    expect(texts[0]).toContain('kind: Graph\nname: review-pipeline');
    expect(texts[1]).toBe('Write the graph for this description:\n\nA bot that says {{ hello }}');
  });

  it('is asked for once more with what was wrong with it', () => {
    const refused = graphFromAnswer(FINE.replace('type: llm', 'type: lmm'));
    expect(isValid(refused)).toBe(false);
    const { nodes } = writerGraph({ text: 'x', target, refused });
    const last = nodes[0]!.type === 'llm' ? nodes[0]!.prompt.at(-1)!.template.render({}) : { ok: false };
    expect(last.ok && 'text' in last ? last.text.split('\n').at(-1) : '').toMatchInlineSnapshot(
      `"line 18 graph/bad-value: "lmm" is not a value of \`type\`"`,
    );
  });

  it('is found in an answer with or without a fence', () => {
    for (const answer of [FINE, `Here it is:\n\`\`\`yaml\n${FINE}\`\`\`\nEnjoy.`, `\`\`\`\n${FINE}\`\`\``]) {
      const made = graphFromAnswer(answer);
      expect([made.name, isValid(made), compileGraph(made.yaml).ok]).toEqual(['classifier', true, true]);
    }
    const none = graphFromAnswer('I cannot do that.');
    expect([none.name, isValid(none)]).toEqual(['graph', false]);
  });
});
