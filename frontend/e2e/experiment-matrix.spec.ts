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

test('each cell of the matrix and each profile of faults has a row that says so', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(graph(newName('cells')));
  const made = await product.post('/experiments', { graph: name, chaos: [null, 'silent'] });
  const { id } = (made as { experiment: { id: string } }).experiment;
  await page.goto(`/experiments/${id}`);
  const rows = page.getByRole('table', { name: 'Cases and repeats' }).getByRole('row');
  await expect(rows).toHaveCount(9);
  await expect(page.getByText('2 cases in 8 rows × 1 repeat')).toBeVisible();
  await expect(rows.filter({ hasText: 'temperature = 1' }).filter({ hasText: 'under silent' })).toHaveCount(
    2,
  );
  await expect(
    page.getByRole('link', { name: 'ada, temperature = 1, under silent #0: failed' }),
  ).toBeVisible();
  await page.getByLabel('Search cases').fill('under silent');
  await expect(rows).toHaveCount(5);
});
