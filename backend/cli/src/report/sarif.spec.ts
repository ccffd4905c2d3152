import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandLine, graphText, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Log, Result } from 'sarif';
import { main } from '../main.js';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/reports/${name}`, import.meta.url), 'utf8');
const SOURCE = fixture('support.yaml');

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeAll(() => {
  folder = temporaryFolder();
  folder.write('graphs/support.yaml', SOURCE);
  rehearse = commandLine(main, { cwd: folder.path });
});
afterAll(() => folder.remove());

async function sarif(...argv: string[]): Promise<Log> {
  const { out } = await rehearse(['run', 'graphs/support.yaml', ...argv, '--reporter', 'sarif']);
  const log = JSON.parse(out) as Log;
  const validate = new Ajv2020({ validateFormats: false }).compile(
    JSON.parse(fixture('sarif-2.1.0.schema.json')) as object,
  );
  validate(log);
  expect(validate.errors ?? []).toEqual([]);
  return log;
}

/** The YAML that a result points at. */
function pointedAt({ locations }: Result): string {
  const { startLine, startColumn, endLine, endColumn } = locations![0]!.physicalLocation!.region!;
  expect(endLine).toBe(startLine);
  return SOURCE.split('\n')[startLine! - 1]!.slice(startColumn! - 1, endColumn! - 1);
}

describe('the SARIF report', () => {
  it('has a result for each assertion and contract that failed, at its own place in the YAML', async () => {
    const { results } = (await sarif()).runs[0]!;
    const told = results!.map((result) => [
      ...[result.ruleId, result.level, result.message.text, pointedAt(result)],
    ]);
    expect(told).toMatchInlineSnapshot(`
      [
        [
          "contract/keep-tables",
          "error",
          "drops: never tool == "drop", but it happened",
          "{id: keep-tables, never: tool == "drop", severity: critical}",
        ],
        [
          "assertion/not-contains",
          "none",
          "breaks: the run has no output",
          "{type: not-contains, value: "]]>", severity: minor}",
        ],
        [
          "assertion/icontains",
          "none",
          "breaks: the run has no output",
          "{type: icontains, value: fine, metric: polite}",
        ],
        [
          "assertion/icontains",
          "error",
          "lists: expected the text to contain, in any case, "fine", got "one two three"",
          "{type: icontains, value: fine, metric: polite}",
        ],
        [
          "assertion/equals",
          "error",
          "lists: expected the text to equal "one 2 three", got "one two three"",
          "{type: equals, value: "one\\n2\\nthree"}",
        ],
        [
          "assertion/icontains",
          "error",
          "flips: expected the text to contain, in any case, "fine", got "Sorry & goodbye"",
          "{type: icontains, value: fine, metric: polite}",
        ],
        [
          "assertion/icontains",
          "error",
          "flips: expected the text to contain, in any case, "fine", got "Sorry & goodbye"",
          "{type: icontains, value: fine, metric: polite}",
        ],
        [
          "assertion/icontains",
          "error",
          "never-flips: expected the text to contain, in any case, "fine", got "Sorry & goodbye"",
          "{type: icontains, value: fine, metric: polite}",
        ],
        [
          "assertion/icontains",
          "error",
          "never-flips: expected the text to contain, in any case, "fine", got "Sorry & goodbye"",
          "{type: icontains, value: fine, metric: polite}",
        ],
      ]
    `);
    expect(results![0]!.locations![0]!.physicalLocation!.artifactLocation).toEqual({
      uri: 'graphs/support.yaml',
      uriBaseId: '%SRCROOT%',
    });
  });

  it('tells a run that errored as a notification, and no failure', async () => {
    const [{ results, invocations }] = (await sarif('--case', 'breaks')).runs as [Log['runs'][number]];
    expect(results!.filter(({ kind = 'fail' }) => kind === 'fail')).toEqual([]);
    expect(invocations).toMatchInlineSnapshot(`
      [
        {
          "executionSuccessful": false,
          "exitCode": 101,
          "toolExecutionNotifications": [
            {
              "descriptor": {
                "id": "provider/error",
              },
              "level": "error",
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "graphs/support.yaml",
                      "uriBaseId": "%SRCROOT%",
                    },
                  },
                },
              ],
              "message": {
                "text": "support, case breaks, repeat 0, seed 1: the model is <away>",
              },
            },
          ],
        },
      ]
    `);
  });

  it('names each rule once', async () => {
    const { driver } = (await sarif()).runs[0]!.tool;
    expect(driver.rules!.map(({ id }) => id)).toMatchInlineSnapshot(`
      [
        "contract/keep-tables",
        "assertion/not-contains",
        "assertion/icontains",
        "assertion/equals",
      ]
    `);
  });

  it('is valid when there is nothing to tell', async () => {
    const [run] = (await sarif('--case', 'greets')).runs;
    expect(run!.results).toEqual([]);
    expect(run!.invocations![0]).toMatchObject({ executionSuccessful: true, exitCode: 0 });
  });

  it('names a file by a URI, whatever it is called', async () => {
    folder.write(
      'a #1?/50%.yaml',
      graphText('nodes: {a: {type: transform, value: "1"}}\nassert: [{type: equals, value: 2}]\n'),
    );
    const { out } = await rehearse(['run', 'a #1?/50%.yaml', '--reporter', 'sarif']);
    const [result] = (JSON.parse(out) as Log).runs[0]!.results!;
    expect(result!.locations![0]!.physicalLocation!.artifactLocation!.uri).toMatch(
      /a%20%231%3F\/50%25\.yaml$/,
    );
  });

  it('gives the same finding the same fingerprint each time', async () => {
    const prints = async () =>
      (await sarif()).runs[0]!.results!.map(({ partialFingerprints }) => partialFingerprints);
    expect(await prints()).toEqual(await prints());
  });
});

describe('the place of a check inside of other nodes', () => {
  it('is that of the check, whichever item or iteration it was made for; of another graph, the node that brings it in', async () => {
    const source = `apiVersion: rehearse/v1
kind: Graph
name: outer
nodes:
  each:
    type: forEach
    over: '["a", "b"]'
    as: item
    nodes:
      say:
        type: transform
        value: item
        assert: [{type: equals, value: b}]
  sub: {type: graph, graph: inner.yaml}
`;
    const inner = `apiVersion: rehearse/v1
kind: Graph
name: inner
nodes: {a: {type: transform, value: '"x"'}}
assert: [{type: equals, value: y}]
`;
    folder.write('inner.yaml', inner);
    folder.write('outer.yaml', source);
    const { out } = await rehearse(['run', 'outer.yaml', '--reporter', 'sarif']);
    const results = (JSON.parse(out) as Log).runs[0]!.results!;
    expect(results.map(({ locations }) => locations![0]!.physicalLocation!.region!.startLine)).toEqual([
      13, 14,
    ]);
  });
});
