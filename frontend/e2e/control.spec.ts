import { AxeBuilder } from '@axe-core/playwright';
import { slowGraph } from './graphs.js';
import { expect, test } from './measured.js';
import { newName, Product } from './product.js';

test('a run is paused, resumed and stopped from its page, which says what is asked and when it took effect', async ({
  page,
  browser,
}) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('controlled'), turnMs: 15_000 }));
  const run = await product.start(name, { caseId: 'order-1' });
  await page.goto(`/runs/${run.id}`);
  const bar = page.getByRole('region', { name: 'Control' });
  const heading = page.getByRole('heading', { level: 1 });
  await expect(bar).toContainText('Running in handle.');
  await expect(bar.getByRole('button', { name: 'Resume' })).toBeDisabled();
  await expect(bar.getByRole('button', { name: 'Resume' })).toHaveAccessibleDescription('It is not paused.');

  await bar.getByRole('button', { name: 'Pause' }).press('Enter');
  await expect(bar).toContainText('Pausing… after the call in flight in handle.');
  await expect(bar).toContainText('Paused. It holds no worker');
  await expect(heading).toContainText('Paused');
  await expect(page.getByRole('row').last()).toContainText('paused by demo.admin@local');
  await expect(bar.getByRole('button', { name: 'Pause' })).toHaveAccessibleDescription(
    'It is paused already.',
  );

  const viewer = { email: `${newName('viewer')}@example.com`, password: 'a-long-password' };
  await product.post('/users', { ...viewer, role: 'Viewer' });
  const other = await browser.newPage();
  await Product.signIn(other, viewer);
  await other.goto(`/runs/${run.id}`);
  const stop = other.getByRole('region', { name: 'Control' }).getByRole('button', { name: 'Stop' });
  await expect(stop).toBeDisabled();
  await expect(stop).toHaveAccessibleDescription(
    'Your role is Viewer; an Operator or an Admin controls runs.',
  );
  await other.close();

  await bar.getByRole('button', { name: 'Resume' }).press('Enter');
  await expect(page.getByRole('row').filter({ hasText: 'run.resumed' })).toBeVisible();
  await expect(bar).toContainText('Running in handle.');
  await bar.getByRole('button', { name: 'Stop' }).press('Enter');
  await expect(heading).toContainText('Canceled');
  await expect(bar).toBeHidden();
  await expect(page.getByRole('row').last()).toContainText('canceled by demo.admin@local');

  // What was done is not undone, but can be gone on with.
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('link', { name: 'Fork from where it stood' }).click();
  await page.getByRole('button', { name: 'Start the fork' }).click();
  await expect(page.getByRole('region', { name: 'Fork', exact: true })).toContainText(run.id.slice(-8));
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`the control of an experiment pauses and stops all its runs, and has no fault that axe finds, ${colorScheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const product = await Product.signIn(page);
    const { name } = await product.upload(slowGraph({ name: newName('many'), turnMs: 4_000 }));
    const request = { graph: name, repeat: 3, concurrency: 1 };
    const { experiment } = (await product.post('/experiments', request)) as { experiment: { id: string } };
    await page.goto(`/experiments/${experiment.id}`);
    const bar = page.getByRole('region', { name: 'Control' });
    await bar.getByLabel('Runs at once').fill('2');
    await bar.getByLabel('Runs at once').press('Enter');
    await bar.getByRole('button', { name: 'Pause' }).click();
    await expect(bar).toContainText('Paused: 3 runs wait to be resumed.');
    await expect(bar.getByLabel('Runs at once')).toHaveValue('2');
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    await bar.getByRole('button', { name: 'Stop' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Finished');
    await expect(page.getByRole('link', { name: '3 canceled' })).toBeVisible();
    await expect(bar).toBeHidden();
  });
