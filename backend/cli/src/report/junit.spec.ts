import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandLine, graphText, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { validateXML } from 'xmllint-wasm';
import { main } from '../main.js';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/reports/${name}`, import.meta.url), 'utf8');

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeAll(() => {
  folder = temporaryFolder();
  folder.write('support.yaml', fixture('support.yaml'));
  rehearse = commandLine(main, { cwd: folder.path });
});
afterAll(() => folder.remove());

const junit = async (...argv: string[]) => (await rehearse(['run', ...argv, '--reporter', 'junit'])).out;

/** What is wrong with the text by the schema. */
async function problemsOf(xml: string): Promise<string[]> {
  const { errors } = await validateXML({ xml, schema: fixture('junit.xsd') });
  return errors.map(({ message }) => message);
}

const stable = (xml: string): string =>
  xml
    .replaceAll(/time="[\d.]+"/g, 'time="T"')
    .replaceAll(/timestamp="[^"]+"/g, 'timestamp="T"')
    .replaceAll(/[0-9a-f]{64}/g, '<digest>');

describe('the JUnit report', () => {
  it('has a case for each case: failures with their reason, errors, reruns as Surefire has them, and properties', async () => {
    const xml = await junit('support.yaml');
    expect(await problemsOf(xml)).toEqual([]);
    expect(stable(xml)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="rehearse" tests="6" failures="3" errors="1" skipped="0" time="T">
        <testsuite name="support" file="support.yaml" tests="6" failures="3" errors="1" skipped="0" time="T" timestamp="T">
          <properties>
            <property name="graphDigest" value="<digest>"/>
            <property name="costUsd" value="0"/>
            <property name="metric.polite" value="0.4444444444444444"/>
            <property name="metric.short" value="0.4444444444444444"/>
          </properties>
          <testcase classname="support" name="greets" file="support.yaml" time="T">
            <properties>
              <property name="seed" value="1"/>
              <property name="digest" value="<digest>"/>
              <property name="costUsd" value="0"/>
              <property name="tokens" value="5"/>
              <property name="metric.polite" value="1"/>
              <property name="metric.short" value="1"/>
            </properties>
          </testcase>
          <testcase classname="support" name="drops" file="support.yaml" time="T">
            <properties>
              <property name="seed" value="1"/>
              <property name="digest" value="<digest>"/>
              <property name="costUsd" value="0"/>
              <property name="tokens" value="26"/>
              <property name="metric.polite" value="1"/>
              <property name="metric.short" value="1"/>
            </properties>
            <failure type="failed" message="contract keep-tables at seq 5: never tool == &quot;drop&quot;, but it happened">contract keep-tables at seq 5: never tool == "drop", but it happened</failure>
          </testcase>
          <testcase classname="support" name="breaks" file="support.yaml" time="T">
            <properties>
              <property name="seed" value="1"/>
              <property name="digest" value="<digest>"/>
              <property name="costUsd" value="0"/>
              <property name="tokens" value="0"/>
            </properties>
            <error type="errored" message="provider/error: the model is &lt;away&gt;">provider/error: the model is &lt;away&gt;
      not-contains (answer.assert[0]): the run has no output
      icontains (assert[0]): the run has no output</error>
          </testcase>
          <testcase classname="support" name="lists" file="support.yaml" time="T">
            <properties>
              <property name="seed" value="1"/>
              <property name="digest" value="<digest>"/>
              <property name="costUsd" value="0"/>
              <property name="tokens" value="5"/>
              <property name="metric.polite" value="0"/>
              <property name="metric.short" value="0"/>
            </properties>
            <failure type="failed" message="icontains (assert[0]): expected the text to contain, in any case, &quot;fine&quot;, got &quot;one two three&quot;">icontains (assert[0]): expected the text to contain, in any case, "fine", got "one two three"
      equals (case.assert[0]): expected the text to equal "one 2 three", got "one two three"</failure>
          </testcase>
          <testcase classname="support" name="flips" file="support.yaml" time="T">
            <properties>
              <property name="seed" value="1"/>
              <property name="repeats" value="3"/>
              <property name="passed" value="1"/>
              <property name="minPass" value="1"/>
              <property name="flaky" value="true"/>
              <property name="digest[0]" value="<digest>"/>
              <property name="digest[1]" value="<digest>"/>
              <property name="digest[2]" value="<digest>"/>
              <property name="costUsd" value="0"/>
              <property name="tokens" value="14"/>
              <property name="metric.polite" value="0.3333333333333333"/>
              <property name="metric.short" value="0.3333333333333333"/>
            </properties>
            <flakyFailure type="failed" message="icontains (assert[0]): expected the text to contain, in any case, &quot;fine&quot;, got &quot;Sorry &amp; goodbye&quot;">
              <stackTrace>repeat 1, seed 2
      icontains (assert[0]): expected the text to contain, in any case, "fine", got "Sorry &amp; goodbye"</stackTrace>
            </flakyFailure>
            <flakyFailure type="failed" message="icontains (assert[0]): expected the text to contain, in any case, &quot;fine&quot;, got &quot;Sorry &amp; goodbye&quot;">
              <stackTrace>repeat 2, seed 3
      icontains (assert[0]): expected the text to contain, in any case, "fine", got "Sorry &amp; goodbye"</stackTrace>
            </flakyFailure>
          </testcase>
          <testcase classname="support" name="never-flips" file="support.yaml" time="T">
            <properties>
              <property name="seed" value="1"/>
              <property name="repeats" value="3"/>
              <property name="passed" value="1"/>
              <property name="flaky" value="true"/>
              <property name="digest[0]" value="<digest>"/>
              <property name="digest[1]" value="<digest>"/>
              <property name="digest[2]" value="<digest>"/>
              <property name="costUsd" value="0"/>
              <property name="tokens" value="14"/>
              <property name="metric.polite" value="0.3333333333333333"/>
              <property name="metric.short" value="0.3333333333333333"/>
            </properties>
            <failure type="failed" message="icontains (assert[0]): expected the text to contain, in any case, &quot;fine&quot;, got &quot;Sorry &amp; goodbye&quot;">repeat 1, seed 2
      icontains (assert[0]): expected the text to contain, in any case, "fine", got "Sorry &amp; goodbye"</failure>
            <rerunFailure type="failed" message="icontains (assert[0]): expected the text to contain, in any case, &quot;fine&quot;, got &quot;Sorry &amp; goodbye&quot;">
              <stackTrace>repeat 2, seed 3
      icontains (assert[0]): expected the text to contain, in any case, "fine", got "Sorry &amp; goodbye"</stackTrace>
            </rerunFailure>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  it('has a suite for each graph, and counts that add up', async () => {
    folder.write('other.yaml', fixture('support.yaml').replace('name: support', 'name: other'));
    const xml = await junit('support.yaml', 'other.yaml');
    expect(await problemsOf(xml)).toEqual([]);
    expect(stable(xml).match(/<testsuites? .*>/g)).toMatchInlineSnapshot(`
      [
        "<testsuites name="rehearse" tests="12" failures="6" errors="2" skipped="0" time="T">",
        "<testsuite name="support" file="support.yaml" tests="6" failures="3" errors="1" skipped="0" time="T" timestamp="T">",
        "<testsuite name="other" file="other.yaml" tests="6" failures="3" errors="1" skipped="0" time="T" timestamp="T">",
      ]
    `);
  });

  it('has one suite for a graph with a matrix, and the digest of the graph where a cell has its own', async () => {
    const matrix = "matrix: {nodes.answer.prompt: ['{{ inputs.ask }}', 'Please: {{ inputs.ask }}']}\n";
    folder.write('cells.yaml', fixture('support.yaml').replace('contracts:', `${matrix}contracts:`));
    const xml = await junit('cells.yaml');
    expect(await problemsOf(xml)).toEqual([]);
    expect(xml.match(/<testsuite /g)).toHaveLength(1);
    expect(xml.match(/<testcase /g)).toHaveLength(12);
    expect(new Set(xml.match(/"graphDigest" value="\w+"/g))).toHaveProperty('size', 2);
  });

  it('names the cases that were left out as skipped', async () => {
    const xml = await junit('support.yaml', '--fail-fast');
    expect(await problemsOf(xml)).toEqual([]);
    expect(xml).toMatch(/<testsuites name="rehearse" tests="6" failures="1" errors="0" skipped="4" /);
    expect(xml.match(/ name="[\w-]+" [^>]*>\s*<skipped/g)?.map((text) => text.split('"')[1])).toEqual([
      ...['breaks', 'lists', 'flips', 'never-flips'],
    ]);
  });

  it('stays XML whatever a model says', async () => {
    const said = String.raw`"\e]]> </failure> <!-- & \uFFFE \U0001F600"`;
    folder.write(
      'odd.yaml',
      graphText(`providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: ${said}}}]}
nodes: {a: {type: llm, prompt: x}}
assert: [{type: equals, value: plain}]
`),
    );
    const xml = await junit('odd.yaml');
    expect(await problemsOf(xml)).toEqual([]);
    expect(xml).toContain(']]&gt; &lt;/failure&gt; &lt;!-- &amp; \uFFFD');
    expect(xml).toContain('😀');
  });
});
