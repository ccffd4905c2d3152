import { expect, test } from './measured.js';
import { newName, Product } from './product.js';

const graph = (name: string) => `apiVersion: rehearse/v1
kind: Graph
name: ${name}
providers:
  main: {targets: [{provider: mock, script: polite}], params: {temperature: 0}}
mocks:
  polite: [{reply: {content: hello}}]
nodes: {greet: {type: llm, prompt: 'Greet {{ inputs.who }}'}}
assert: [{type: contains, value: hello}]
cases: [{id: ada, vars: {who: Ada}}, {id: bob, vars: {who: Bob}}]
matrix: {providers.main.params.temperature: [0, 1]}
chaos:
  silent: [{on: 'llm:greet', fault: empty}]
`;

async function finished(product: Product, request: object): Promise<string> {
  const made = await product.post('/experiments', request);
  const { id } = (made as { experiment: { id: string } }).experiment;
  await expect
    .poll(async () => (await product.get<{ status: string }>(`/experiments/${id}`)).status)
    .toBe('finished');
  return id;
}

test('cases stand down, cells of the matrix and profiles of faults across, trials within', async ({
  page,
}) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(graph(newName('cells')));
  const id = await finished(product, { graph: name, chaos: [null, 'silent'], repeat: 2 });
  await page.goto(`/experiments/${id}`);
  const table = page.getByRole('table', { name: 'Cases and cells' });
  await expect(page.getByText('2 cases × 4 cells × 2 trials')).toBeVisible();
  await expect(table.getByRole('row')).toHaveCount(3);
  await expect(table.getByRole('columnheader').filter({ hasText: 'temperature = 1' })).toHaveCount(2);
  await expect(table.getByRole('columnheader').filter({ hasText: 'under silent' })).toHaveCount(2);
  await expect(
    page.getByRole('link', { name: 'ada, temperature = 1, under silent #1: failed' }),
  ).toBeVisible();
  await expect(table.getByRole('cell').first()).toContainText('2 of 2, pass^2 1');
  await page.getByRole('combobox', { name: 'k of pass^k' }).click();
  await page.getByRole('option', { name: 'pass^1' }).click();
  await expect(page).toHaveURL(/k=1/);
  await expect(table.getByRole('cell').first()).toContainText('2 of 2, pass^1 1');
  await page.getByLabel('Search cases').fill('bob');
  await expect(table.getByRole('row')).toHaveCount(2);
  await page.getByLabel('Search cases').fill('');
  await page.getByText('Passes', { exact: true }).click();
  await expect(page).toHaveURL(/show=passes/);
  await expect(page.getByText('No case fits')).toBeVisible();
});

test('all runs of an experiment are replayed at once', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(graph(newName('again')));
  const id = await finished(product, { graph: name });
  await page.goto(`/experiments/${id}`);
  await page.getByRole('button', { name: 'Replay' }).click();
  const outcome = page.getByRole('region', { name: 'Replay' });
  await expect(outcome).toContainText('4 runs replayed: identical');
  await outcome.getByRole('button', { name: 'Close the replay' }).click();
  await expect(outcome).toBeHidden();

  const other = await finished(product, { graph: name });
  await page.goto(`/experiments/${id}?against=${other}`);
  await page.getByRole('region', { name: 'Comparison' }).getByRole('link').first().click();
  await expect(page).toHaveURL(new RegExp(`/experiments/${other}`));
  await page.getByRole('button', { name: 'Replay' }).click();
  await expect(outcome).toContainText('4 runs replayed: identical');
  await page.goBack();
  await expect(page).toHaveURL(new RegExp(`/experiments/${id}`));
  await expect(page.getByRole('region', { name: 'Comparison' })).toBeVisible();
  await expect(outcome).toBeHidden({ timeout: 5_000 });
});

/** Answers these cases wrongly; the last of them by its seed. */
const answers = (name: string, wrong: string[]) => `apiVersion: rehearse/v1
kind: Graph
name: ${name}
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks:
  main:
    - {when: 'inputs.id in ${JSON.stringify(wrong)}', reply: {content: wrong}}
    - {when: 'inputs.id == "e" && run.seed % 2 == 0', reply: {content: wrong}}
    - {reply: {content: right}}
nodes: {ask: {type: llm, prompt: "{{ inputs.id }}"}}
assert: [{type: equals, value: right, metric: truth}]
cases: [${['a', 'b', 'c', 'd', 'e'].map((id) => `{id: ${id}, vars: {id: ${id}}}`).join(', ')}]
`;

test('an experiment is pinned by name, and another one compared with it, case by case', async ({ page }) => {
  const product = await Product.signIn(page);
  const name = newName('compared');
  await product.upload(answers(name, ['a']));
  const before = await finished(product, { graph: name, repeat: 4, label: 'before' });
  await product.upload(answers(name, ['c', 'd']));
  const now = await finished(product, { graph: name, repeat: 4, label: 'now' });

  await page.goto(`/experiments/${before}`);
  await expect(page.getByRole('table', { name: 'Metrics' })).toContainText('truth');
  await expect(page.getByText('flaky', { exact: true })).toBeVisible();
  await expect(page.locator('dt', { hasText: 'p99' })).toBeVisible();
  await page.getByRole('button', { name: 'Pin as baseline' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Main!');
  await expect(page.getByText('Small letters, digits and -')).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill('main');
  await page.getByRole('button', { name: 'Pin', exact: true }).click();
  await expect(page.locator('dl').first()).toContainText('Pinned asmain');

  await page.goto(`/experiments/${now}`);
  await page.getByRole('combobox', { name: 'Compare with' }).click();
  await page.getByRole('option', { name: 'main: before' }).click();
  await expect(page).toHaveURL(/against=main/);
  const strip = page.getByRole('region', { name: 'Comparison' });
  await expect(strip).toContainText('2 newly failing, 1 fixed');
  await expect(strip).toContainText('against before');
  await expect(strip).toContainText('sign flips, exact, n = 5');
  await expect(strip).toContainText('(Hodges and Lehmann, n = 5)');
  const rows = page.getByRole('table', { name: 'Cases and cells' }).locator('tbody tr');
  await expect(rows.nth(0)).toContainText('Regressed');
  await expect(rows.nth(1)).toContainText('4 of 4 → 0 of 4');
  expect((await rows.locator('th').allTextContents()).slice(0, 2)).toEqual(['c', 'd']);
  await page.getByText('Different', { exact: true }).click();
  await expect(rows).toHaveCount(4);
  await rows.nth(0).getByRole('link', { name: 'Diff' }).click();
  await expect(page).toHaveURL(/\/diff\/.+\.\.\..+/);
  await expect(page.getByText('The runs differ')).toBeVisible();
  await page.goBack();
  await page.getByRole('button', { name: 'Compare with nothing' }).first().click();
  await expect(strip).toBeHidden();
});

test('a comparison that cannot be made says why', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(graph(newName('alone')));
  const id = await finished(product, { graph: name });
  await page.goto(`/experiments/${id}?against=nowhere`);
  await expect(page.getByRole('alert')).toContainText('is pinned as nowhere');
});
