import { describe, expect, it } from '@jest/globals';
import { folder } from '../testing/folder.js';
import { importPromptfoo } from './import-promptfoo.js';

function imported(tests: string, prompts = "['Tell me of {{ a }}.']") {
  const config = `prompts: ${prompts}\nproviders: [echo]\n${tests}`;
  const made = importPromptfoo({ file: 'c.yaml', files: folder({ 'c.yaml': config }) });
  const [graph] = made.ok ? made.graphs : [];
  return {
    prompt: /prompt: ('.*')/.exec(graph?.yaml ?? '')?.[1],
    errors: graph?.errors,
    notes: made.notes.flatMap(({ kind, line, message }) => (kind === 'lost' ? [`${line} ${message}`] : [])),
  };
}

describe('the prefix and the suffix of tests', () => {
  it('are part of the prompt, variables included, where all tests have them alike', () => {
    expect(
      imported(
        "defaultTest: {options: {prefix: 'Dear {{ b }}: ', suffix: ' Thanks.'}}\ntests: [{vars: {a: x, b: y}}, {vars: {a: z, b: y}}]\n",
      ),
    ).toEqual({
      prompt: "'Dear {{ inputs.b }}: Tell me of {{ inputs.a }}. Thanks.'",
      errors: [],
      notes: [],
    });
  });

  it('are listed with their line where tests differ, and around a chat', () => {
    expect(imported('tests:\n  - vars: {a: x}\n    options: {prefix: "Hm. "}\n  - vars: {a: y}\n')).toEqual({
      prompt: "'Tell me of {{ inputs.a }}.'",
      errors: [],
      notes: ['5 a `prefix` that not all tests have alike has no counterpart'],
    });
    const chat = `['[{"role": "user", "content": "{{ a }}"}]']`;
    expect(imported('defaultTest: {options: {suffix: "!"}}\ntests: [{vars: {a: x}}]\n', chat).notes).toEqual([
      '1 `prefix` and `suffix` around a chat have no counterpart',
    ]);
  });
});
