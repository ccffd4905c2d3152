import { slowGraph } from './graphs.js';
import { expect, test } from './measured.js';
import { DEMO, newName, shownSeqs } from './product.js';

test('a newcomer signs in, uploads a graph with a mistake, mends it, runs it, watches it live and replays it', async ({
  page,
}) => {
  const name = newName('careful-refund');
  const broken = slowGraph({ name, turnMs: 5_000 }).replace('    prompt:', '    promt:');

  await test.step('signs in and comes to the page that was asked for', async () => {
    await page.goto('/graphs/new');
    await expect(page).toHaveURL(/\/sign-in\?to=/);
    await page.getByLabel('E-mail').fill(DEMO.email);
    await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toContainText('access/bad-credentials');
    await page.getByRole('textbox', { name: 'Password' }).fill(DEMO.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'New graph' })).toBeVisible();
  });

  await test.step('sees the mistake at its line, with how to mend it', async () => {
    await page
      .getByLabel('Graph file')
      .setInputFiles({ name: 'refund.yaml', mimeType: 'application/yaml', buffer: Buffer.from(broken) });
    const line = broken.split('\n').findIndex((text) => text.includes('promt:')) + 1;
    const problem = page.getByRole('list', { name: 'Problems' }).getByRole('button', { name: /promt/ });
    await expect(problem).toContainText(`line ${line}:5`);
    await expect(problem).toContainText('graph/unknown-key');
    await expect(page.getByRole('button', { name: 'Upload' })).toBeDisabled();
    await problem.click();
    await expect(page.locator('.cm-activeLine')).toContainText('promt:');
    // The editor draws only the lines that are in sight, or nearly so.
    await expect(page.locator('.cm-lintRange-error').first()).toHaveText('promt');
  });

  await test.step('mends it in place and uploads', async () => {
    await page.keyboard.press('Delete');
    await page.keyboard.type('p');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.type('p');
    await expect(page.getByText('No problems')).toBeVisible();
    await expect(page.getByRole('region', { name: 'Canvas' }).getByText('handle')).toBeVisible();
    await page.getByRole('button', { name: 'Upload' }).click();
    await expect(page).toHaveURL(new RegExp(`/graphs/${name}\\?version=1$`));
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  });

  await test.step('starts a run of a case', async () => {
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: new RegExp(`Run ${name}`) });
    await expect(dialog.getByRole('combobox', { name: 'Case' })).toHaveValue('order-1');
    await dialog.getByLabel('Seed').fill('42');
    await dialog.getByRole('button', { name: 'Start the run' }).click();
    await expect(page).toHaveURL(/\/runs\/[0-9a-f-]{36}/);
  });

  await test.step('sees the lines arrive while the run goes on', async () => {
    await expect(page.getByTestId('connection')).toHaveText('Live');
    await expect(page.getByRole('row').filter({ hasText: 'model.requested' }).first()).toBeVisible();
    const early = await shownSeqs(page);
    await expect(
      page.getByRole('row').filter({ hasText: 'tool.returned' }).filter({ hasText: 'issue_refund' }),
    ).toBeVisible();
    const later = await shownSeqs(page);
    expect(later.length).toBeGreaterThan(early.length);
    await expect(page.getByRole('row').filter({ hasText: 'run.finished' })).toBeVisible();
    await expect(page.getByTestId('connection')).toHaveText('Ended');
    const all = await shownSeqs(page);
    expect(all).toEqual(all.map((_, index) => index + 1));
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Passed');
  });

  await test.step('replays it and reads identical', async () => {
    await page.getByRole('button', { name: 'Replay' }).click();
    const replay = page.getByRole('region', { name: 'Replay' });
    await expect(replay).toContainText('identical');
    const shown = await page
      .locator('dl', { hasText: 'Seed' })
      .locator('div', { hasText: 'Digest' })
      .locator('code')
      .textContent();
    await expect(replay.locator('div', { hasText: 'Run digest' }).locator('code').first()).toHaveText(
      shown ?? '',
    );
  });
});
