import { supportGraph } from './graphs.js';
import { expect, test } from './measured.js';
import { newName, Product } from './product.js';

test('personas talk with an agent, several at once, and are watched as they speak', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(supportGraph(newName('shop'), 1_500));
  await page.goto('/simulations');
  await page.getByRole('link', { name: 'New simulation' }).first().click();
  await page.getByRole('button', { name: 'Start the simulation' }).click();
  await expect(page.getByText('Choose a graph')).toBeVisible();
  await expect(page.getByText('Choose a persona, or write one below')).toBeVisible();
  await page.getByRole('combobox', { name: 'Graph' }).fill(name);
  await page.getByRole('option', { name }).click();
  await page.getByRole('combobox', { name: 'By name' }).click();
  await page.getByRole('option', { name: /impatient/i }).click();
  await page.keyboard.press('Escape');
  await page.getByLabel('In words').fill('Somebody who wants a refund for a broken lamp');
  await page.getByLabel('Route that speaks for the personas').fill('customer');
  await page.getByLabel('With each persona').fill('2');
  const label = newName('Lamps');
  await page.getByLabel('Label').fill(label);
  await page.getByRole('button', { name: 'Start the simulation' }).click();

  await expect(page).toHaveURL(/\/simulations\/[0-9a-f-]{36}$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Lamps');
  const cards = page.getByRole('region', { name: 'Conversations' }).getByRole('article');
  await expect(cards).toHaveCount(4);
  await expect(cards.first()).toContainText('Your lamp is on its way.');
  await expect(page.getByText('4 of 4 ended')).toBeVisible();
  const personas = page.getByRole('table', { name: 'Personas' });
  await expect(personas).toContainText('impatient-customer');
  await expect(personas).toContainText('given here');
  await expect(personas.getByRole('link', { name: 'impatient-customer #2: Passed' })).toBeVisible();

  await page.getByRole('combobox', { name: 'Persona' }).click();
  await page.getByRole('option', { name: 'impatient-customer' }).click();
  await expect(page).toHaveURL(/persona=impatient-customer/);
  await expect(cards).toHaveCount(2);
  await cards.first().getByRole('link').first().click();
  await expect(page).toHaveURL(/\/runs\//);
  await page.goto('/simulations');
  await expect(page.getByRole('row').filter({ hasText: label })).toContainText('4 of 4');
});

test('what a simulation lacks is told by the server, too', async ({ page }) => {
  const product = await Product.signIn(page);
  const name = newName('mute');
  await product.upload(`apiVersion: rehearse/v1
kind: Graph
name: ${name}
nodes: {only: {type: transform, value: '1'}}
assert: [{type: cel, value: output != null}]
`);
  await page.goto('/simulations/new');
  await page.getByRole('combobox', { name: 'Graph' }).fill(name);
  await page.getByRole('option', { name }).click();
  await page.getByLabel('In words').fill('Anybody');
  await page.getByRole('button', { name: 'Start the simulation' }).click();
  await expect(page.getByRole('alert')).toContainText('simulation/no-agent');
});

test('a graph can be chosen however many there are: what is typed is looked for on the server', async ({
  page,
}) => {
  const product = await Product.signIn(page);
  const graph = (name: string) =>
    `apiVersion: rehearse/v1\nkind: Graph\nname: ${name}\nnodes: {a: {type: transform, value: '1'}}\n`;
  // More than a page of the list stands before the one that is meant, and behind what other tests look for.
  for (let n = 0; n < 55; n++) await product.upload(graph(newName('y-graph')));
  const name = newName('z-last');
  await product.upload(graph(name));
  for (const address of ['/simulations/new', '/runs']) {
    await page.goto(address);
    await page.getByRole('combobox', { name: 'Graph' }).fill(name);
    await page.getByRole('option', { name }).click();
    await expect(page.getByRole('combobox', { name: 'Graph' })).toHaveValue(name);
  }
  await expect(page).toHaveURL(new RegExp(`graph=${name}`));
});
