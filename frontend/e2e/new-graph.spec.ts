import { nestedGraph, slowGraph } from './graphs.js';
import { expect, test } from './measured.js';
import { newName, Product } from './product.js';

test('a new graph is started from a template, looked at and uploaded', async ({ page }) => {
  await Product.signIn(page);
  await page.goto('/graphs/new');
  await page.getByRole('radio', { name: /Agent with a tool/ }).check();
  await page.getByRole('button', { name: 'Write the graph' }).click();
  const yaml = page.getByLabel('Graph, YAML');
  await expect(yaml).toContainText('name: tool-agent');
  await expect(page.getByText('No problems')).toBeVisible();
  await expect(
    page.getByRole('region', { name: 'Canvas' }).locator('.react-flow__node').first(),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Upload' }).click();
  await expect(page).toHaveURL(/\/graphs\/tool-agent\?version=/);
});

test('a new graph of every template is one of its own, and valid', async ({ page }) => {
  await Product.signIn(page);
  await page.goto('/graphs/new');
  const templates = page.getByRole('radiogroup', { name: 'Template' }).getByRole('radio');
  const names = ['answer', 'support-agent', 'tool-agent', 'classifier', 'grounded-answer'];
  names.push('conversation', 'review-pipeline');
  await expect(templates).toHaveCount(names.length);
  for (const [index, name] of names.entries()) {
    await templates.nth(index).check();
    await page.getByRole('button', { name: /^Write/ }).click();
    await expect(page.getByLabel('Graph, YAML')).toContainText(`name: ${name}`);
    await expect(page.getByRole('button', { name: 'Upload' })).toBeEnabled();
  }
});

test('a new graph is written from a description', async ({ page }) => {
  await Product.signIn(page);
  await page.goto('/graphs/new?from=description');
  await page.getByRole('button', { name: 'Write the graph' }).click();
  await expect(page.getByText('Say what the graph is to do')).toBeVisible();
  await page.getByLabel('What the graph is to do').fill('Triage mail by category');
  await page.getByRole('button', { name: 'Write the graph' }).click();
  await expect(page.getByLabel('Graph, YAML')).toContainText('description: Triage mail by category');
  await page.getByRole('combobox', { name: 'Written by' }).click();
  await page.getByRole('option', { name: 'A model of OpenAI' }).click();
  await page.getByRole('button', { name: 'Write it anew' }).click();
  await expect(page.getByRole('alert')).toContainText('openai has no key here');
});

test('a new graph is built from nodes and edges, and what is wrong with them is said', async ({ page }) => {
  await Product.signIn(page);
  await page.goto('/graphs/new?from=spec');
  const spec = page.getByLabel('Nodes and edges, JSON');
  await page.getByRole('button', { name: 'Write the graph' }).click();
  await expect(page.getByLabel('Graph, YAML')).toContainText('name: two-steps');
  await expect(page.getByText('No problems')).toBeVisible();
  await spec.fill('{"nodes": ');
  await page.getByRole('button', { name: 'Write it anew' }).click();
  await expect(page.getByText('Must be a JSON object with a list of `nodes`')).toBeVisible();
  const nodes = [{ id: 'a', type: 'transform', value: '1' }];
  await spec.fill(JSON.stringify({ name: 'listed', nodes, edges: [{ from: 'a', to: 'gone' }] }));
  await page.getByRole('button', { name: 'Write it anew' }).click();
  await expect(page.getByRole('list', { name: 'What the builder found' })).toContainText('gone');
  await spec.fill(JSON.stringify({ name: 'listed', nodes }));
  await page.getByRole('button', { name: 'Write it anew' }).click();
  await expect(page.getByLabel('Graph, YAML')).toContainText('name: listed');
  await expect(page.getByText('No problems')).toBeVisible();
});

test('a new graph is made of a run, and gives what was recorded', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('recorded'), turnMs: 1 }));
  const run = await product.execute(name, { caseId: 'order-1' });
  await page.goto(`/runs/${run.id}`);
  await page.getByRole('link', { name: 'New graph' }).click();
  await expect(page).toHaveURL(/\/graphs\/new\?from=run/);
  await expect(page.getByRole('combobox', { name: 'Run' })).toHaveValue(new RegExp(name));
  await page.getByRole('button', { name: 'Write the graph' }).click();
  await expect(page.getByLabel('Graph, YAML')).toContainText('script: recorded');
  await expect(page.getByText('No problems')).toBeVisible();
});

test('what is written and not saved is there again when its page is opened anew, until it is discarded', async ({
  page,
}) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('drafted'), turnMs: 1 }));
  const yaml = page.getByLabel('Graph, YAML');
  await page.goto('/graphs/new');
  await yaml.fill('name: half-way');
  await page.reload();
  await expect(yaml).toContainText('name: half-way');
  await page.getByRole('button', { name: 'Discard the draft' }).click();
  await expect(yaml).not.toContainText('half-way');

  await page.goto(`/graphs/${name}`);
  await page.getByRole('button', { name: 'Edit' }).click();
  await yaml.press('ControlOrMeta+Home');
  await yaml.pressSequentially('# a thought');
  await yaml.press('Enter');
  await page.getByRole('link', { name: 'Runs', exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible();
  await page.goBack();
  await page.getByRole('button', { name: 'Edit the draft' }).click();
  await expect(yaml).toContainText('# a thought');
  await page.getByRole('button', { name: 'Save as a new version' }).click();
  await expect(page.getByRole('button', { name: 'Edit', exact: true })).toBeVisible();
});

test('a graph is written by what the editor completes, with the keyboard alone', async ({ page }) => {
  await Product.signIn(page);
  await page.goto('/graphs/new');
  const yaml = page.getByLabel('Graph, YAML');
  const choices = page.getByRole('listbox', { name: 'Completions' });
  const take = async (typed: string, label: RegExp) => {
    await yaml.pressSequentially(typed);
    await expect(choices.getByRole('option', { selected: true })).toHaveText(label);
    // What has just appeared is not taken by a key that was meant for something else.
    await page.waitForTimeout(150);
    await yaml.press('Enter');
  };
  await yaml.fill(
    'apiVersion: rehearse/v1\nkind: Graph\nname: written\ntools: {look: {mock: [{return: 1}]}}\n',
  );
  await yaml.press('ControlOrMeta+End');
  await take('nod', /nodes/);
  await yaml.pressSequentially('find:');
  await yaml.press('Enter');
  await yaml.pressSequentially('  ');
  await take('ty', /type/);
  await take('to', /tool/);
  await yaml.press('Enter');
  await yaml.press('ControlOrMeta+ ');
  await take('tool', /tool.*required/);
  await expect(choices.getByRole('option', { name: /look.*tool/ })).toBeVisible();
  await yaml.press('Tab');
  await expect(yaml).toContainText('tool: look');
  await expect(page.getByText('No problems')).toBeVisible();
});

test('the outline of a graph is gone through by keyboard, and what is selected in it is in the YAML too', async ({
  page,
}) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(nestedGraph(newName('outlined')));
  await page.goto(`/graphs/${name}`);
  await page.getByText('Outline', { exact: true }).click();
  await expect(page).toHaveURL(/view=outline/);
  const item = (id: RegExp) => page.getByRole('tree').getByRole('treeitem', { name: id });
  await expect(page.getByRole('treeitem')).toHaveCount(4);
  await expect(item(/^look/)).toHaveAttribute('aria-level', '2');
  await item(/^each/).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/node=each%2Flook/);
  await expect(item(/^look/)).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('.cm-nodeLine')).toContainText('look: {type: llm');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(item(/^each/)).toHaveAttribute('aria-expanded', 'false');
  await expect(page.getByRole('treeitem')).toHaveCount(3);
  await page.locator('.cm-line', { hasText: 'write: {type: llm' }).click();
  await expect(item(/^write/)).toHaveAttribute('aria-selected', 'true');
  await item(/^each/).locator('[data-toggles]').click();
  await expect(page.getByRole('treeitem')).toHaveCount(4);
  await page.getByText('Canvas', { exact: true }).click();
  await expect(page.locator('.react-flow__node.selected')).toContainText('polish');
});
