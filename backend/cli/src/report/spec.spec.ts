import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandLine, graphText, temporaryFolder, timeless, type TemporaryFolder } from '@rehearse/testkit';
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

/** A graph of so many cases, of which some say something wrong. */
const many = (count: number, isWrong: (index: number) => boolean, extra = '') =>
  graphText(
    `providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: "{{ inputs.say }}"}}]}
nodes: {a: {type: llm, prompt: x}}
assert: [{type: equals, value: yes}]
${extra}cases: [${Array.from({ length: count }, (_, index) => `{id: c${index}, vars: {say: "${isWrong(index) ? 'no' : 'yes'}"}}`).join(', ')}]
`,
    'many',
  );

describe('the report for people', () => {
  it('shows two texts of several lines side by side, and the means of the metrics', async () => {
    const { out } = await rehearse(['run', 'support.yaml', '--case', 'lists', 'greets']);
    expect(timeless(out)).toMatchInlineSnapshot(`
      "support  support.yaml
        ✓ greets  <time>
        ✗ lists  failed  <time>
            assertion icontains  assert[0], major
              expected the text to contain, in any case, "fine", got "one two three"
              expected  "fine"
              actual
                one
                two
                three
            assertion word-count  assert[1], major, not counted
              expected the text to have at most 2 words, got 3
              expected  {"max":2}
              actual    3
            assertion equals  case.assert[0], major
              expected the text to equal "one 2 three", got "one two three"
              expected                                     │ actual
              one                                          │ one
              2                                            │ two
              three                                        │ three

      Runs     2: 1 passed, 1 failed
      Metrics  polite 0.50, short 0.50
      Tokens   10, $0.00
      Time     <time>
      Next     rehearse run support.yaml --case lists --cassette runs.jsonl   (records it for \`rehearse replay\`)
      "
    `);
  });

  it('of many cases shows those that did not pass or are flaky, and how many it does not list', async () => {
    const { out } = await rehearse(['run', '-'], { stdin: many(80, (index) => index === 7) });
    expect(timeless(out)).toMatchInlineSnapshot(`
      "many  -
        ✗ c7  failed  <time>
            assertion equals  assert[0], major
              expected the text to equal "yes", got "no"
              expected  "yes"
              actual    "no"

        ✓ 79 passed, not listed

      Runs     80: 79 passed, 1 failed
      Tokens   160, $0.00
      Time     <time>
      Next     rehearse run - --case c7 --cassette runs.jsonl   (records it for \`rehearse replay\`)
      "
    `);
  });

  it('lists fifty cases', async () => {
    const { out } = await rehearse(['run', '-'], { stdin: many(50, () => false) });
    expect(out.match(/✓ c\d+/g)).toHaveLength(50);
  });

  it('tells a hundred failures in full, and the others in a line each', async () => {
    const { out } = await rehearse(['run', '-'], { stdin: many(103, () => true) });
    expect(out.match(/ {6}assertion equals/g)).toHaveLength(100);
    expect(out.slice(out.indexOf('  ✗ c100'), out.indexOf('Runs'))).toMatchInlineSnapshot(`
      "  ✗ c100  failed  expected the text to equal "yes", got "no"
        ✗ c101  failed  expected the text to equal "yes", got "no"
        ✗ c102  failed  expected the text to equal "yes", got "no"

        3 cases told in one line; --reporter html=report.html tells all

      "
    `);
  });

  it('with --quiet shows what did not pass and the totals, and no progress', async () => {
    const { out, err } = await rehearse(['run', 'support.yaml', '--quiet', '--case', 'greets', 'drops'], {
      isTTY: true,
      env: { NO_COLOR: '1' },
    });
    expect(err).toBe('');
    expect(timeless(out)).toMatchInlineSnapshot(`
      "support  support.yaml
        ✗ drops  failed  <time>
            contract keep-tables at seq 5, answer/turn[1]/tool#0  critical
              never tool == "drop", but it happened

      Runs     2: 1 passed, 1 failed
      Metrics  polite 1.00, short 1.00
      Tokens   31, $0.00
      Time     <time>
      "
    `);
  });

  it('names what took long', async () => {
    const slow = many(2, () => false).replace('reply: {content', 'latency: 600ms, reply: {content');
    const { out } = await rehearse(['run', '-'], { stdin: slow });
    expect(out).toMatch(/^Slowest {2}many c\d .+; many c\d .+$/m);
  });
});
