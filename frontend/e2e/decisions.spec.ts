import { AxeBuilder } from '@axe-core/playwright';
import { askingGraph } from './graphs.js';
import { expect, test } from './measured.js';
import { newName, Product } from './product.js';

const decisions = (run: { id: string }) => `/user-testing/runs/${run.id}/decisions`;

test('a decision is asked for live, is made by keyboard and lets the run go on', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(askingGraph({ name: newName('asking'), draftMs: 1_500 }));
  const run = await product.start(name, { vars: { amount: 250 } });
  await page.goto(`/runs/${run.id}?tab=overview`);
  const panel = page.getByRole('region', { name: 'approval waits for a decision' });
  await expect(panel).toContainText('Send this? Dear Ada, 250 are on their way.');
  await expect(panel).toContainText('everybody who may write');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Waiting');
  await panel.getByRole('button', { name: 'Reject' }).press('Enter');
  await expect(panel.getByText('Say why it is rejected')).toBeVisible();
  await panel.getByRole('button', { name: 'Modify' }).press('Enter');
  await expect(panel.getByLabel('Value', { exact: true })).toHaveValue('Dear Ada, 250 are on their way.');
  await panel.getByLabel('Value', { exact: true }).fill('Dear Ada, 200 are on their way.');
  await panel.getByLabel('Reason').fill('fifty too much');
  await panel.getByRole('button', { name: 'Send the modified value' }).press('Enter');
  await expect(panel).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Passed');
  await expect(page.getByLabel('Output', { exact: true })).toContainText('Dear Ada, 200 are on their way.');
  await page.goto(`/runs/${run.id}?tab=log&type=human`);
  await expect(page.getByRole('row').last()).toContainText('demo.admin@local modifies: fifty too much');
});

test('a decision with a form is checked before and after it is sent', async ({ page }) => {
  const product = await Product.signIn(page);
  const form = '{type: object, required: [amount], properties: {amount: {type: number, maximum: 100}}}';
  const { name } = await product.upload(askingGraph({ name: newName('form'), more: `form: ${form}` }));
  const run = await product.start(name, { vars: { amount: 250 } });
  await page.goto(`/runs/${run.id}`);
  const panel = page.getByRole('region', { name: 'approval waits for a decision' });
  const amount = panel.getByRole('textbox', { name: 'amount' });
  await expect(amount).toHaveValue('250');
  await amount.fill('much');
  await panel.getByRole('button', { name: 'Approve' }).click();
  await expect(panel.getByText('Must be a number')).toBeVisible();
  await amount.fill('250');
  await panel.getByRole('button', { name: 'Approve' }).click();
  await expect(panel.getByRole('alert')).toContainText('run/does-not-fit');
  await amount.fill('90');
  await panel.getByRole('button', { name: 'Modify' }).click();
  await expect(panel).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Passed');
});

test('a decision that somebody else makes takes the question away', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(askingGraph({ name: newName('other') }));
  const run = await product.start(name, { vars: { amount: 1 } });
  await page.goto(`/runs/${run.id}`);
  const panel = page.getByRole('region', { name: 'approval waits for a decision' });
  await expect(panel).toBeVisible();
  await product.post(decisions(run), { key: 'approval', decision: 'approve', reason: 'fine' });
  await expect(panel).toBeHidden();
  await expect(page.getByText('approval is decided by demo.admin@local')).toBeVisible();
});

test('a decision that comes too late says who was faster', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(askingGraph({ name: newName('late') }));
  const run = await product.start(name, { vars: { amount: 1 } });
  await page.goto(`/runs/${run.id}`);
  const panel = page.getByRole('region', { name: 'approval waits for a decision' });
  await page.route(`**${decisions(run)}`, async (route) => {
    await product.post(decisions(run), { key: 'approval', decision: 'approve', reason: 'first' });
    await route.continue();
  });
  await panel.getByLabel('Reason').fill('second');
  await panel.getByRole('button', { name: 'Reject' }).click();
  await expect(page.getByRole('alert')).toContainText('demo.admin@local decided approval already: approve');
  await expect(panel).toBeHidden();
});

test('a decision that is not for the reader says for whom it is', async ({ page, browser }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(
    askingGraph({ name: newName('roles'), more: 'approvers: [Operator]' }),
  );
  const run = await product.start(name, { vars: { amount: 1 } });
  await page.goto(`/runs/${run.id}`);
  const panel = page.getByRole('region', { name: 'approval waits for a decision' });
  await expect(panel).toContainText('This is for Operator to decide; your role is Admin.');
  for (const button of ['Approve', 'Modify', 'Reject'])
    await expect(panel.getByRole('button', { name: button })).toBeDisabled();

  const viewer = { email: `${newName('viewer')}@example.com`, password: 'a-long-password' };
  await product.post('/users', { ...viewer, role: 'Viewer' });
  const other = await browser.newPage();
  await Product.signIn(other, viewer);
  await other.goto(`/runs/${run.id}`);
  const shown = other.getByRole('region', { name: 'approval waits for a decision' });
  await expect(shown).toContainText('Your role is Viewer; an Operator or an Admin decides.');
  await expect(shown.getByRole('button', { name: 'Approve' })).toBeDisabled();
  await other.close();
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`a decision that is asked for has no fault that axe finds, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const product = await Product.signIn(page);
    const { name } = await product.upload(askingGraph({ name: newName('axe') }));
    const run = await product.start(name, { vars: { amount: 1 } });
    await page.goto(`/runs/${run.id}`);
    const panel = page.getByRole('region', { name: 'approval waits for a decision' });
    await panel.getByRole('button', { name: 'Modify' }).click();
    await expect(panel.getByLabel('Value', { exact: true })).toBeVisible();
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
