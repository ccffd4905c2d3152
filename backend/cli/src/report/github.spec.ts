import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandLine, graphText, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';

const SUPPORT = readFileSync(new URL('../../fixtures/reports/support.yaml', import.meta.url), 'utf8');

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeAll(() => {
  folder = temporaryFolder();
  folder.write('checkout/graphs/support.yaml', SUPPORT);
  rehearse = commandLine(main, {
    cwd: path.join(folder.path, 'checkout/graphs'),
    env: { GITHUB_WORKSPACE: path.join(folder.path, 'checkout') },
  });
});
afterAll(() => folder.remove());

describe('the report for GitHub', () => {
  it('annotates the lines of the YAML, by their path from the root of the checkout', async () => {
    const { code, out } = await rehearse(['run', 'support.yaml', '--reporter', 'github']);
    expect(code).toBe(100);
    expect(out).toMatchInlineSnapshot(`
      "::error file=graphs/support.yaml,line=24,title=support › drops%3A failed::keep-tables: never tool == "drop", but it happened
      ::error file=graphs/support.yaml,line=1,title=support › breaks%3A errored::the model is <away>
      ::warning file=graphs/support.yaml,line=22,title=support › breaks%3A errored::not-contains: the run has no output
      ::warning file=graphs/support.yaml,line=26,title=support › breaks%3A errored::icontains: the run has no output
      ::error file=graphs/support.yaml,line=26,title=support › lists%3A failed::icontains: expected the text to contain, in any case, "fine", got "one two three"
      ::error file=graphs/support.yaml,line=35,title=support › lists%3A failed::equals: expected the text to equal "one 2 three", got "one two three"
      ::error file=graphs/support.yaml,line=26,title=support › never-flips%3A failed%2C 1 of 3 repeats passed::icontains: expected the text to contain, in any case, "fine", got "Sorry & goodbye"
      "
    `);
    for (const [, line] of out.matchAll(/line=(\d+).*(?:icontains|equals)/g))
      expect(SUPPORT.split('\n')[Number(line) - 1]).toMatch(/type: (icontains|equals)/);
  });

  it('annotates what a suite gave a graph in the suite, and the rest where the graph has it', async () => {
    folder.write(
      'checkout/graphs/part.yaml',
      graphText(
        `cases: [{id: a}]\n\n\nnodes:\n  a: {type: transform, value: '"hi"', assert: [{type: equals, value: own}]}\nassert:\n  - {type: contains, value: own}\n`,
        'part',
      ),
    );
    folder.write(
      'checkout/graphs/all.yaml',
      'apiVersion: rehearse/v1\nkind: Suite\nname: all\ngraphs: [part.yaml]\nassert:\n  - {type: contains, value: shared}\ncontracts: [{id: no, never: type == "node.finished"}]\n',
    );
    const { out } = await rehearse(['run', 'all.yaml', '--reporter', 'github']);
    expect(
      [...out.matchAll(/file=([^,]+,line=\d+).*::(.*)/g)].map(([, at, what]) => `${at} ${what}`),
    ).toEqual([
      'graphs/part.yaml,line=8 equals: expected the text to equal "own", got "hi"',
      'graphs/part.yaml,line=10 contains: expected the text to contain "own", got "hi"',
      'graphs/all.yaml,line=6 contains: expected the text to contain "shared", got "hi"',
      'graphs/all.yaml,line=7 no: never type == "node.finished", but it happened',
    ]);
  });

  it('escapes what would end a command or begin another', async () => {
    const graph = graphText(
      `nodes: {a: {type: transform, value: '"50%, a: b\\n::error::fake"'}}\nassert: [{type: equals, value: x}]\n`,
    );
    const { out } = await rehearse(['run', '-', '--reporter', 'github'], { stdin: graph });
    expect(out.split('\n').filter((line) => line.startsWith('::'))).toHaveLength(1);
    expect(out).toContain('title=test%3A failed');
    expect(out).toContain('50%25, a: b');
  });

  it('shows control characters as escapes', async () => {
    const graph = graphText(
      `nodes: {a: {type: transform, value: '"red \\u001b[31m"'}}\nassert: [{type: equals, value: x}]\n`,
    );
    const { out } = await rehearse(['run', '-', '--reporter', 'github'], { stdin: graph });
    expect(out).toContain(String.raw`red \u001b[31m`);
    expect(out).not.toContain('\u001b');
  });

  it('appends a summary to the job, in which the text of a model is text', async () => {
    folder.write('summary.md', 'before\n');
    const env = { GITHUB_STEP_SUMMARY: path.join(folder.path, 'summary.md') };
    await rehearse(['run', 'support.yaml', '--reporter', 'github'], { env });
    expect(folder.read('summary.md').replaceAll(/\d+ ms/g, '<time>')).toMatchInlineSnapshot(`
      "before
      ### Rehearse: 4 of 6 cases did not pass

      | passed | failed | errored | inconclusive | flaky | runs | tokens | cost | time |
      | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
      | 2 | 3 | 1 | 0 | 2 | 10 | 64 | $0.00 | <time> |

      | graph | case | verdict | why |
      | --- | --- | --- | --- |
      | support | drops | failed | never tool == "drop", but it happened |
      | support | breaks | errored | the model is &lt;away&#62; |
      | support | lists | failed | expected the text to contain, in any case, "fine", got "one two three" |
      | support | never&#45;flips | failed | expected the text to contain, in any case, "fine", got "Sorry &amp; goodbye" |

      | graph | metric | mean | runs |
      | --- | --- | --- | --- |
      | support | polite | 0.444 | 9 |
      | support | short | 0.444 | 9 |

      "
    `);
  });

  it('says how many annotations it left out, and goes together with the one for people', async () => {
    const many = graphText(
      `nodes: {a: {type: transform, value: "1.0"}}\nassert: [{type: equals, value: x}]\ncases: [${Array.from({ length: 60 }, (_, index) => `{id: c${index}}`).join(', ')}]\n`,
    );
    const { out } = await rehearse(['run', '-', '--reporter', 'spec', '--reporter', 'github'], {
      stdin: many,
    });
    expect(out.match(/^::error /gm)).toHaveLength(50);
    expect(out).toContain('::notice title=rehearse::10 more are not shown');
    expect(out).toContain('Runs     60: 60 failed');
  });
});
