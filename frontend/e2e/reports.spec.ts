import { readFile } from 'node:fs/promises';
import { askingGraph, failingGraph } from './graphs.js';
import { expect, test } from './measured.js';
import { newName, Product } from './product.js';

test('the compliance of a run tells who decided what, what was broken, and is taken away as JSON and CSV', async ({
  page,
}) => {
  const product = await Product.signIn(page);
  const asking = askingGraph({ name: newName('audited'), more: 'approvers: [Admin]' });
  const rules = `budget: {maxTurns: 5}
contracts: [{id: never-asks, never: 'type == "model.requested"'}]
`;
  const { name } = await product.upload(asking + rules);
  const run = await product.start(name, { caseId: 'large' });
  await page.goto(`/runs/${run.id}?tab=compliance`);
  const decisions = page.getByRole('list', { name: 'Decisions of people' });
  await expect(decisions).toContainText('Open');
  await expect(page.getByRole('region', { name: 'Compliance' })).toContainText('1 decision is open');
  await product.post(`/user-testing/runs/${run.id}/decisions`, {
    ...{ key: 'approval', decision: 'approve', reason: 'it is polite' },
  });
  await expect(decisions).toContainText('Approved');
  await expect(decisions).toContainText('asked: Admin');
  await expect(decisions).toContainText('it is polite');
  const summary = page.getByRole('region', { name: 'Compliance' });
  await expect(summary).toContainText('1 contract is broken');
  await expect(summary).toContainText('The chain of digests is whole');
  await expect(page.getByRole('list', { name: 'Contracts' })).toContainText('never-asks');
  await expect(page.getByRole('table', { name: 'Budget' })).toContainText('Turns15');
  for (const [format, says] of [
    ['JSON', '"approvals"'],
    ['CSV', 'it is polite'],
  ] as const) {
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: format }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toBe(`compliance-${run.id}.${format.toLowerCase()}`);
    expect(await readFile(await download.path(), 'utf8')).toContain(says);
  }
  await page.getByRole('list', { name: 'Contracts' }).getByRole('link', { name: /^seq/ }).click();
  await expect(page.locator('[role=row][aria-selected=true]')).toContainText('model.requested');
});

test('an assertion tells what it expected, and how it turned out in the other runs of its case', async ({
  page,
}) => {
  const product = await Product.signIn(page);
  const source = failingGraph(newName('repeated')).replace(
    '- reply: {content: Done.}',
    "- {when: 'run.seed % 2 == 0', reply: {content: 'Done, refunded.'}}\n    - reply: {content: Done.}",
  );
  const { name } = await product.upload(source);
  const made = await product.post('/experiments', { graph: name, repeat: 6 });
  const { id } = (made as { experiment: { id: string } }).experiment;
  await page.goto(`/experiments/${id}`);
  await expect(page.getByText('6 of 6 finished')).toBeVisible();
  const { items } = await product.get<{ items: { id: string }[] }>(`/runs?experiment=${id}`);
  await page.goto(`/runs/${items[0]?.id}?tab=assertions`);
  const check = page.locator('details').filter({ hasText: 'icontains' });
  await expect(check).toContainText('flaky');
  if ((await check.getAttribute('open')) === null) await check.locator('summary').click();
  await expect(check).toContainText('In 5 other runs of this case');
  await expect(check).toContainText('line');
  await expect(check).toContainText('refunded');
  const others = page
    .getByRole('list', { name: /in other runs$/ })
    .first()
    .getByRole('link');
  await expect(others).toHaveCount(5);
  await others.first().click();
  await expect(page).toHaveURL(new RegExp(`/runs/(?!${items[0]?.id}).+tab=assertions`));
});
