import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandLine, graphText, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';

const SUPPORT = readFileSync(new URL('../../fixtures/reports/support.yaml', import.meta.url), 'utf8');

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeAll(() => {
  folder = temporaryFolder();
  folder.write('support.yaml', SUPPORT);
  rehearse = commandLine(main, { cwd: folder.path });
});
afterAll(() => folder.remove());

const html = async (stdin = SUPPORT) => (await rehearse(['run', '-', '--reporter', 'html'], { stdin })).out;
const inside = (page: string, open: string): string => page.split(open)[1]!.split('</script>')[0]!;
const casesIn = (page: string) =>
  inside(page, '<script type="application/json" id="cases">')
    .trim()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as { case: string; verdict: string; why: string; runs: { checks: object[] }[] },
    );

describe('the HTML report', () => {
  it('holds every case with its checks, and the summary', async () => {
    const page = await html();
    expect(casesIn(page).map(({ case: id, verdict, why }) => `${id} ${verdict} ${why}`))
      .toMatchInlineSnapshot(`
      [
        "greets passed ",
        "drops failed never tool == "drop", but it happened",
        "breaks errored the model is <away>",
        "lists failed expected the text to contain, in any case, "fine", got "one two three"",
        "flips passed ",
        "never-flips failed expected the text to contain, in any case, "fine", got "Sorry & goodbye"",
      ]
    `);
    expect(casesIn(page)[3]!.runs[0]!.checks).toMatchInlineSnapshot(`
      [
        {
          "message": "",
          "name": "not-contains",
          "verdict": "passed",
          "where": "answer.assert[0], minor",
        },
        {
          "actual": "one
      two
      three",
          "expected": "fine",
          "message": "expected the text to contain, in any case, "fine", got "one two three"",
          "name": "icontains",
          "verdict": "failed",
          "where": "assert[0], major, polite 0.00",
        },
        {
          "actual": "3",
          "expected": "{
        "max": 2
      }",
          "message": "expected the text to have at most 2 words, got 3",
          "name": "word-count",
          "verdict": "failed",
          "where": "assert[1], major, short 0.00, not counted",
        },
        {
          "actual": "one
      two
      three",
          "expected": "one
      2
      three",
          "message": "expected the text to equal "one 2 three", got "one two three"",
          "name": "equals",
          "verdict": "failed",
          "where": "case.assert[0], major",
        },
        {
          "message": "",
          "name": "contract keep-tables",
          "verdict": "passed",
          "where": "critical",
        },
      ]
    `);
    expect(JSON.parse(inside(page, '<script type="application/json" id="summary">'))).toMatchObject({
      cases: { passed: 2, failed: 3, errored: 1, inconclusive: 0 },
      flaky: 2,
      exitCode: 100,
    });
  });

  it('asks for nothing of any network, and may run nothing but its own script', async () => {
    const page = await html();
    expect(page.match(/https?:|\bsrc=|href=|@import|url\(|\bfetch\(/g)).toBeNull();
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!;
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(policy.split('; ')).toEqual([
      ...["default-src 'none'", "base-uri 'none'", "form-action 'none'"],
      `style-src ${hash(page.split('<style>')[1]!.split('</style>')[0]!)}`,
      `script-src ${hash(inside(page, '\n<script>'))}`,
    ]);
  });

  it('lets no text of a model out of the element that it stands in', async () => {
    const page = await html(
      graphText(
        `nodes: {a: {type: transform, value: '"</script><script>alert(1)</script><!--"'}}\nassert: [{type: equals, value: x}]\n`,
      ),
    );
    expect(page.match(/<script/g)).toHaveLength(3);
    expect(page).not.toContain('<!--');
    expect(casesIn(page)[0]!.why).toContain('</script><script>alert(1)');
  });

  it('cuts what is long', async () => {
    const page = await html(
      graphText(
        `providers: {m: {targets: [{provider: mock, script: s}]}}\nmocks: {s: [{reply: {content: '${'long '.repeat(4_000)}'}}]}\nnodes: {a: {type: llm, prompt: x}}\nassert: [{type: equals, value: x}]\n`,
      ),
    );
    expect(page.length).toBeLessThan(40_000);
    expect(page).toMatch(/… \(\d+ more characters\)/);
  });
});
