import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandLine, graphText, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';

const FIVE_MISTAKES = graphText(
  `nodes:
  ask: {type: llm, promt: hi}
  use: {type: transform, value: nodes.aks.output}
  left: {type: transform, needs: [right], value: '1'}
  right: {type: transform, needs: [left], value: '2'}
contracts:
  - {id: same, never: 'tool == '}
  - {id: same, never: 'tool == "x"'}
`,
  'mistakes',
);

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeAll(() => {
  folder = temporaryFolder();
  rehearse = commandLine(main, { cwd: folder.path });
  folder.write(
    'good.yaml',
    graphText("nodes: {a: {type: transform, value: '1'}}\ncases: [{id: x}]\n", 'good'),
  );
  folder.write('mistakes.yaml', FIVE_MISTAKES);
});
afterAll(() => folder.remove());

describe('rehearse validate', () => {
  it('tells what a good graph holds', async () => {
    expect(await rehearse(['validate', 'good.yaml'])).toEqual({
      ...{ code: 0, err: '' },
      out: '✓ good.yaml  good: 1 node, 0 contracts, 1 case\n',
    });
  });

  it('tells every mistake with its place, the line, a caret and how to mend it, and ends with 2', async () => {
    const { code, out } = await rehearse(['validate', 'mistakes.yaml', 'good.yaml']);
    expect(code).toBe(2);
    expect(out).toMatchInlineSnapshot(`
      "✗ mistakes.yaml  5 findings

      mistakes.yaml:5:20 error graph/unknown-key
        unknown key \`promt\`
           5 |   ask: {type: llm, promt: hi}
             |                    ^^^^^
        help: did you mean \`prompt\`?

      mistakes.yaml:6:33 error graph/unknown-node
        there is no node \`aks\`
           6 |   use: {type: transform, value: nodes.aks.output}
             |                                 ^^^^^^^^^
        help: did you mean \`ask\`?

      mistakes.yaml:8:36 error graph/cycle
        these nodes wait for each other: left -> right -> left
           8 |   right: {type: transform, needs: [left], value: '2'}
             |                                    ^^^^
        help: remove one of the references; a \`loop\` node repeats

      mistakes.yaml:10:32 error expression/syntax
        unexpected token: the end
          10 |   - {id: same, never: 'tool == '}
             |                                ^
        help: complete the CEL expression, as in nodes.a.output == "x"

      mistakes.yaml:11:10 error graph/duplicate-id
        the contract \`same\` stands twice
          11 |   - {id: same, never: 'tool == "x"'}
             |          ^^^^
        help: rename one of the two

      ✓ good.yaml  good: 1 node, 0 contracts, 1 case
      "
    `);
  });

  it('prints a JSON line for each file', async () => {
    const { code, out } = await rehearse(['validate', '.', '--reporter', 'json']);
    expect(code).toBe(2);
    const [good, mistakes] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(good).toMatchObject({ file: 'good.yaml', valid: true, diagnostics: [], graph: { name: 'good' } });
    expect(mistakes).toMatchObject({ file: 'mistakes.yaml', valid: false, graph: null });
    expect(mistakes.diagnostics[0]).toMatchObject({ code: 'graph/unknown-key', line: 5, column: 20 });
  });

  it('reads standard input', async () => {
    const { code, out } = await rehearse(['validate', '-'], { stdin: FIVE_MISTAKES });
    expect(code).toBe(2);
    expect(out).toContain('-:5:20 error graph/unknown-key');
  });

  it('keeps the caret under its place behind tabs, in long lines, and at the end of a file', async () => {
    const long = `nodes: {a: {type: transform, value: '1', description: ${'x'.repeat(150)}, whn: 'true'}}\n`;
    const { out } = await rehearse(['validate', '-'], { stdin: graphText(long) });
    const [, , source = '', caret = ''] = out.slice(out.indexOf('-:4')).split('\n');
    expect(source).toContain('…');
    expect(source.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('whn');
    expect((await rehearse(['validate', '-'], { stdin: '' })).code).toBe(2);
    expect((await rehearse(['validate', '-'], { stdin: '\tkind: Graph' })).out).toMatch(/-:1:\d+ error/);
  });
});
