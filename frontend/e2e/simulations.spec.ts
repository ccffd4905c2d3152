import { expect, test } from './measured.js';
import { newName, Product } from './product.js';

/** A support that answers, and a customer that asks twice and leaves; each takes its time, so that it can be watched. */
const support = (name: string, turnMs = 1) => `apiVersion: rehearse/v1
kind: Graph
name: ${name}
providers:
  main: {targets: [{provider: mock, script: support}]}
  customer: {targets: [{provider: mock, script: customer}]}
mocks:
  support: [{latency: ${turnMs}ms, reply: {content: 'Your lamp is on its way.'}}]
  customer:
    - {when: turn < 3, latency: ${turnMs}ms, reply: {content: 'Where is my lamp?'}}
    - {latency: ${turnMs}ms, reply: {content: 'Thank you. [END]'}}
nodes:
  support: {type: agent, provider: main, system: You are the support of a shop for lamps.}
  chat: {type: conversation, agent: support, persona: impatient-customer, provider: customer, maxTurns: 6}
assert: [{type: icontains, value: lamp}]
`;

test('personas talk with an agent, several at once, and are watched as they speak', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(support(newName('shop'), 1_500));
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
  await page.getByLabel('Label').fill('Lamps');
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
  await expect(page.getByRole('row').filter({ hasText: 'Lamps' })).toContainText('4 of 4');
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
