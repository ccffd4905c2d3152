import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandLine, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeAll(() => {
  folder = temporaryFolder();
  rehearse = commandLine(main, { cwd: folder.path });
});
afterAll(() => folder.remove());

const CONFIG = `description: Tea shop
prompts: [file://prompts/ask.txt]
providers: [echo]
tests: file://tests.csv
`;

describe('rehearse import promptfoo', () => {
  it('writes graphs that run, from a config and the files that it names', async () => {
    folder.write('shop/promptfooconfig.yaml', CONFIG);
    folder.write('shop/prompts/ask.txt', 'Tell me about {{ drink }}.');
    folder.write('shop/tests.csv', 'drink,__expected\ngreen tea,icontains: TEA\ncoffee,contains: coffee\n');
    const { code, out } = await rehearse([
      'import',
      'promptfoo',
      'shop/promptfooconfig.yaml',
      '--output',
      'graphs',
    ]);
    expect({ code, out }).toMatchInlineSnapshot(`
      {
        "code": 0,
        "out": "shop/promptfooconfig.yaml  1 graph
        graphs/tea-shop.yaml

      Next  rehearse run graphs/tea-shop.yaml
      ",
      }
    `);
    const run = await rehearse(['run', 'graphs/tea-shop.yaml', '--reporter', 'json']);
    expect(run.code).toBe(0);
    expect(JSON.parse(run.out.trim().split('\n').at(-1)!)).toMatchObject({ passed: 2, failed: 0 });
  });

  it('ends with 11 when it came over in part, and lists what did not with its line', async () => {
    folder.write(
      'part.yaml',
      `prompts: [hello]
providers: [echo, 'python:agent.py']
sharing: true
tests:
  - assert:
      - { type: contains, value: hello, weight: 0 }
      - { type: python, value: len(output) }
`,
    );
    const { code, out } = await rehearse(['import', 'promptfoo', 'part.yaml', '--output', 'part']);
    expect({ code, out }).toMatchInlineSnapshot(`
      {
        "code": 11,
        "out": "part.yaml  1 graph
        part/part.yaml

      Left out: there is no counterpart (2)
        part.yaml:2  the provider \`python:agent.py\` has no counterpart; runs that ask it are errored
        part.yaml:7  the assertion \`python\` has no counterpart

      Came over, and is named or means something else (1)
        part.yaml:6  \`weight: 0\` is checked and reported here, and counts for nothing; promptfoo lets it pass unchecked

      Ignored: it says nothing about behaviour (1)
        part.yaml:3  \`sharing\` is about running promptfoo

      Next  rehearse run part/part.yaml
      ",
      }
    `);
  });

  it('ends with 2 when nothing can be used, and says why', async () => {
    folder.write('broken.yaml', 'prompts: [a\n');
    folder.write('code.yaml', 'prompts: [file://prompt.py]\nproviders: [echo]\n');
    const results = [
      await rehearse(['import', 'promptfoo', 'broken.yaml']),
      await rehearse(['import', 'promptfoo', 'code.yaml']),
      await rehearse(['import', 'promptfoo', 'absent.yaml']),
      await rehearse(['import', 'promptfoo', 'shop']),
    ];
    expect(results.map(({ code, err }) => `${code} ${err}`).join('\n')).toMatchInlineSnapshot(`
      "2 error broken.yaml cannot be imported: 1 problem (import/invalid)

        broken.yaml:2 yaml/syntax
          deficient indentation
          help: close the quote, bracket or brace that is open here, or indent what it holds

      2 error code.yaml cannot be imported: 1 problem (import/invalid)

        code.yaml import/not-usable
          nothing of code.yaml can be used: no prompt came over
          help: give a promptfooconfig.yaml; one that is a program can be written out as YAML first

        code.yaml:1 a prompt from prompt.py has no counterpart: it is a program, or no text

      2 error cannot read absent.yaml: there is no such file (cli/no-such-file)
      help  Paths start at the working folder.

      2 error shop is a folder (import/not-usable)
      help  Give the config in it, such as promptfooconfig.yaml.
      "
    `);
  });

  it('writes over nothing that differs', async () => {
    const again = () => rehearse(['import', 'promptfoo', 'shop/promptfooconfig.yaml', '--output', 'graphs']);
    expect((await again()).code).toBe(0);
    folder.write('graphs/tea-shop.yaml', '# mine\n');
    const { code, err } = await again();
    expect({ code, err }).toMatchInlineSnapshot(`
      {
        "code": 2,
        "err": "error graphs/tea-shop.yaml is there already and differs; nothing was written (cli/file-exists)
      help  Give another folder with --output, or move the file away.
      ",
      }
    `);
    expect(folder.read('graphs/tea-shop.yaml')).toBe('# mine\n');
  });
});

describe('rehearse import agents', () => {
  it('makes a graph of each config in a folder, tells what became of every key, and no secret', async () => {
    folder.write(
      'agents/support.json',
      JSON.stringify({
        ...{ name: 'Support', system_prompt: 'You help.', model: 'gpt-5', capabilities: ['orders'] },
        ...{ tools: ['lookup'], pricing: { per_call: 1 }, openai_api_key: 'sk-1234567890' },
      }),
    );
    folder.write('agents/deeper/writer.yaml', 'name: writer\nsystem_prompt: You write.\nmodel: gpt-5-mini\n');
    folder.write('agents/broken.yaml', 'name: [');
    const { code, out, err } = await rehearse(['import', 'agents', 'agents', '--output', 'imported']);
    expect({ code, out }).toMatchInlineSnapshot(`
      {
        "code": 11,
        "out": "agents  2 graphs
        imported/writer.yaml
        imported/support.yaml

      Left out: there is no counterpart (1)
        agents/broken.yaml  broken.yaml:1 cannot be read: unexpected end of the stream within a flow collection

      Came over, and is named or means something else (3)
        agents/support.json:1  \`openai_api_key\` is \`\${secret:openai_api_key}\`; the key itself is left out
        agents/support.json:1  \`Support\` is called \`support\`
        agents/support.json:1  \`tools\` are declared, and answer an error until they get \`http\` or a \`mock\`: lookup

      Came over (6)
        agents/deeper/writer.yaml:1  \`name\` is the name of the graph and of its node
        agents/deeper/writer.yaml:2  \`system_prompt\` is \`system\` of the node
        agents/deeper/writer.yaml:3  \`model\` is a target of the route \`agent\`, with a mock behind it
        agents/support.json:1  \`system_prompt\` is \`system\` of the node
        agents/support.json:1  \`model\` is a target of the route \`agent\`, with a mock behind it
        agents/support.json:1  \`capabilities\` is the label \`capabilities\`

      Ignored: it says nothing about behaviour (1)
        agents/support.json:1  \`pricing\` says nothing about behaviour

      Next  rehearse run imported/
      ",
      }
    `);
    expect(folder.read('imported/support.yaml')).toContain('${secret:openai_api_key}');
    expect(folder.read('imported/support.yaml') + out + err).not.toContain('sk-1234567890');
    const run = await rehearse(['run', 'imported/writer.yaml', '--offline', '--reporter', 'json']);
    expect(JSON.parse(run.out.trim().split('\n')[1]!)).toMatchObject({
      graph: 'writer',
      verdict: 'inconclusive',
    });
  });

  it('takes a single file', async () => {
    const { code } = await rehearse(['import', 'agents', 'agents/deeper/writer.yaml', '--output', 'one']);
    expect(code).toBe(0);
    expect(folder.read('one/writer.yaml')).toContain('You write.');
  });

  it('says what to run as a shell takes it', async () => {
    const { out } = await rehearse(['import', 'agents', 'agents', '--output', 'my graphs']);
    expect(out).toContain("rehearse run 'my graphs/'");
  });
});
