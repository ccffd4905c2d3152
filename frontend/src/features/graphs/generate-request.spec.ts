import { describe, expect, it } from '@jest/globals';
import { GenerateRequest } from '@rehearse/contracts';
import { requestOf, SPEC_EXAMPLE, TEMPLATES, type Wish } from './generate-request.js';

const wish: Wish = {
  ...{ source: 'template', template: TEMPLATES[0]?.value ?? '', text: '', provider: '', spec: '', runId: '' },
};

describe('requestOf', () => {
  it('asks for a template, a text, a list or a run as the builder takes them', () => {
    const asked = [
      requestOf(wish),
      requestOf({ ...wish, source: 'description', text: ' triage mail ', provider: 'openai' }),
      requestOf({ ...wish, source: 'spec', spec: SPEC_EXAMPLE }),
      requestOf({ ...wish, source: 'run', runId: 'r1' }),
    ];
    for (const one of asked) expect(one.ok && GenerateRequest.safeParse(one.request).error).toBeUndefined();
    expect(asked[1]).toEqual({
      ok: true,
      request: { from: 'description', text: 'triage mail', provider: 'openai' },
    });
  });

  it('says what is missing before anything is sent', () => {
    const problems = (['description', 'spec', 'run'] as const).map((source) =>
      requestOf({ ...wish, source }),
    );
    expect(problems).toEqual([
      { ok: false, problem: 'Say what the graph is to do' },
      { ok: false, problem: 'Must be a JSON object with a list of `nodes`' },
      { ok: false, problem: 'Choose a run' },
    ]);
    expect(requestOf({ ...wish, source: 'spec', spec: '{nodes' }).ok).toBe(false);
  });
});
