import { CaseId } from '@rehearse/contracts';
import { describe, expect, it } from '@jest/globals';
import { findPersona, PERSONAS, resolvePersona } from './index.js';

describe('the library of personas', () => {
  it('has these roles and customers', () => {
    expect(PERSONAS.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'role business-analyst',
      'role developer',
      'role qa-engineer',
      'role devops-engineer',
      'role technical-writer',
      'customer impatient-customer',
      'customer confused-customer',
      'customer hostile-customer',
      'customer off-topic-customer',
    ]);
  });

  it('tells of each what it wants, how it is, what it is told and when it ends', () => {
    for (const { name, title, goal, traits, system, stopWords, kind } of PERSONAS) {
      expect(CaseId.safeParse(name).success).toBe(true);
      expect([title, goal].every((text) => text.length > 5)).toBe(true);
      expect(traits.length).toBeGreaterThanOrEqual(3);
      expect(system.length).toBeGreaterThan(200);
      expect(system).toMatch(kind === 'role' ? /^You are an? / : /\[END\] and nothing else\.$/);
      expect(stopWords).toEqual(['[END]']);
    }
    expect(new Set(PERSONAS.map(({ system }) => system)).size).toBe(PERSONAS.length);
  });
});

describe('a persona', () => {
  it('is found by name: beside the graph first, then in the library', () => {
    const known = resolvePersona('hostile-customer');
    expect(known).toMatchObject({
      ok: true,
      persona: { name: 'hostile-customer', system: findPersona('hostile-customer')!.system, opening: null },
    });
    const own = resolvePersona('hostile-customer', () => ({
      ok: true,
      persona: { goal: 'Shout', system: 'Shout.', opening: 'HEY' },
    }));
    expect(own).toMatchObject({
      ok: true,
      persona: { name: 'hostile-customer', system: 'Shout.', opening: 'HEY', stopWords: [], provider: null },
    });
  });

  it('written out needs a goal, and gets a system prompt of goal and traits', () => {
    const made = resolvePersona({ goal: 'Get help.', traits: ['shy', 'polite'], stopWords: ['BYE'] });
    expect(made.ok && made.persona.system).toMatchInlineSnapshot(`
      "You play a person who talks with an assistant. Write only what this person says, one message at a time.
      What the person wants: Get help.
      How the person is: shy; polite.
      When it is settled, or cannot be, write BYE and nothing else."
    `);
    expect(resolvePersona({ traits: [] })).toMatchInlineSnapshot(`
      {
        "ok": false,
        "problem": {
          "code": "graph/bad-persona",
          "message": "the persona does not fit: the key \`goal\` is missing",
          "suggestion": "it has a goal, and may have name, traits, system, stopWords, opening and provider",
        },
      }
    `);
    expect([resolvePersona({ goal: 'x', tratis: [] }), resolvePersona({ goal: 'x', traits: [5] })])
      .toMatchInlineSnapshot(`
      [
        {
          "ok": false,
          "problem": {
            "code": "graph/bad-persona",
            "message": "the persona does not fit: unknown key \`tratis\`",
            "suggestion": "it has a goal, and may have name, traits, system, stopWords, opening and provider",
          },
        },
        {
          "ok": false,
          "problem": {
            "code": "graph/bad-persona",
            "message": "the persona does not fit: traits[0]: expected text, got 5",
            "suggestion": "it has a goal, and may have name, traits, system, stopWords, opening and provider",
          },
        },
      ]
    `);
  });

  it('that is not there is told with the nearest name', () => {
    expect(resolvePersona('hostile-custmer')).toMatchInlineSnapshot(`
      {
        "ok": false,
        "problem": {
          "code": "graph/unknown-persona",
          "message": "there is no persona \`hostile-custmer\`",
          "suggestion": "did you mean \`hostile-customer\`?",
        },
      }
    `);
    expect(resolvePersona('zebra')).toMatchObject({
      ok: false,
      problem: { suggestion: expect.stringMatching('developer') },
    });
  });
});
