import { slowGraph } from './graphs.js';
import { expect, test } from './measured.js';
import { DEMO, newName, Product } from './product.js';

test('a deep link opens its page after signing in', async ({ page }) => {
  await page.goto('/runs?verdict=failed');
  await page.getByLabel('E-mail').fill(DEMO.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/runs?verdict=failed');
  await expect(page.getByRole('combobox', { name: 'Verdict' })).toHaveValue('Failed');
});

test('a link of the server signs in once, and a used one says so', async ({ page }) => {
  await page.route('**/api/v1/auth/link', async (route) => {
    expect(route.request().postDataJSON()).toEqual({ token: 'from-the-terminal' });
    const answer = await page.request.post('/api/v1/auth/login', { data: DEMO });
    await route.fulfill({ response: answer });
  });
  await page.goto('/sign-in#token=from-the-terminal');
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  await page.unroute('**/api/v1/auth/link');
  await page.goto('about:blank');
  await page.context().clearCookies();
  await page.goto('/sign-in#token=used-before');
  await expect(page.getByRole('alert')).toContainText('access/bad-link');
  await expect(page).toHaveURL('/sign-in');
});

test('the filters of the runs live in the address', async ({ page }) => {
  await Product.signIn(page);
  await page.goto('/runs');
  await expect(page.getByRole('table', { name: /Runs/ })).toBeVisible();
  await page.getByRole('combobox', { name: 'Verdict' }).click();
  await page.getByRole('option', { name: 'Failed' }).click();
  await expect(page).toHaveURL(/verdict=failed/);
  const verdicts = page.getByRole('table', { name: /Runs/ }).locator('tbody tr td:nth-child(2)');
  await expect.poll(async () => new Set(await verdicts.allTextContents())).toEqual(new Set(['Failed']));
  await page.getByLabel('Search runs').fill('no such run');
  await expect(page.getByText('No run fits these filters')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filters' }).first().click();
  await expect(page).toHaveURL('/runs');
});

test('a run that somebody starts elsewhere turns up in the list and its verdict follows', async ({
  page,
}) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('listed'), turnMs: 900 }));
  await page.goto(`/runs?graph=${name}`);
  await expect(page.getByText('No run fits these filters')).toBeVisible();
  await product.start(name, { caseId: 'order-1' });
  const row = page.getByRole('row').filter({ hasText: name });
  await expect(row).toContainText('Running');
  await expect(row).toContainText('Passed');
});

test('a node that is selected in the canvas is selected in the YAML and in the address, and back', async ({
  page,
}) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('synced') }));
  await page.goto(`/graphs/${name}`);
  await page.getByRole('group', { name: /^handle, agent/ }).click();
  await expect(page).toHaveURL(/node=handle/);
  await expect(page.locator('.cm-nodeLine').first()).toContainText('handle:');
  await page.locator('.cm-line', { hasText: 'verify-first' }).click();
  await expect(page).not.toHaveURL(/node=/);
  await page.locator('.cm-line', { hasText: 'tools: [lookup_order' }).click();
  await expect(page).toHaveURL(/node=handle/);
});

test('an edit makes a new version and leaves the old one as it was', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('edited') }));
  await page.goto(`/graphs/${name}`);
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.locator('.cm-line', { hasText: 'description:' }).click();
  await page.keyboard.press('End');
  await page.keyboard.type(' Or not.');
  await page.getByRole('button', { name: 'Save as a new version' }).click();
  await expect(page).toHaveURL(`/graphs/${name}?version=2`);
  await expect(page.getByText('A refund that takes its time. Or not.').first()).toBeVisible();
  await page.getByRole('link', { name: 'Versions' }).click();
  await page.getByRole('link', { name: 'v1' }).click();
  await expect(page).toHaveURL(/version=1/);
  await expect(page.getByText('Or not.')).toHaveCount(0);
});

test('repeats make an experiment, and its matrix leads to the runs', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('repeated'), turnMs: 1 }));
  await page.goto(`/graphs/${name}`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByLabel('Repeats').fill('3');
  await page.getByRole('button', { name: 'Start the experiment' }).click();
  await expect(page).toHaveURL(/\/experiments\//);
  await expect(page.getByText('3 of 3 finished')).toBeVisible();
  await expect(page.getByRole('img', { name: /Pass rate 100 %/ })).toBeVisible();
  await page.getByText('Different', { exact: true }).click();
  await expect(page).toHaveURL(/show=different/);
  await expect(page.getByText('No case fits')).toBeVisible();
  await page.getByText('All', { exact: true }).click();
  await page.getByRole('link', { name: 'order-1 #1: Passed' }).click();
  await expect(page).toHaveURL(/\/runs\//);
});

test('a run is started under a chaos profile, with other vars than those of its case', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(`${slowGraph({ name: newName('troubled'), turnMs: 1 })}
chaos:
  slow-tools: [{on: 'tool:*', fault: latency, delay: 5ms}]
`);
  await page.goto(`/graphs/${name}`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('combobox', { name: 'Chaos' })).toHaveValue('none');
  await page.getByRole('combobox', { name: 'Chaos' }).click();
  await page.getByRole('option', { name: 'slow-tools' }).click();
  await expect(page.getByText('latency on tool:*')).toBeVisible();
  await page.getByRole('switch', { name: 'Change its vars' }).check();
  await page.getByRole('textbox', { name: 'order_id' }).fill('X9');
  await expect(page.getByLabel('Repeats')).toBeDisabled();
  await page.getByRole('button', { name: 'Start the run' }).click();
  await expect(page.getByTestId('connection')).toHaveText('Ended');
  await expect(page.locator('dl').first()).toContainText('slow-tools');
  await expect(page.locator('dl').first()).toContainText('order-1');
  await page.getByRole('link', { name: /^Log/ }).click();
  await expect(page.getByRole('row').filter({ hasText: 'latency on tool:lookup_order' })).toBeVisible();
  await page.getByRole('button', { name: 'Re-run' }).click();
  await expect(page.getByTestId('connection')).toHaveText('Ended');
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByLabel('Output', { exact: true })).toContainText('The refund for X9');
  await expect(page.locator('dl').first()).toContainText('slow-tools');
});

test('only the cases whose id fits are run', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(
    slowGraph({ name: newName('filtered'), turnMs: 1 }).replace(
      '  - id: order-1',
      ['order-2', 'parcel-1'].map((id) => `  - {id: ${id}, vars: {order_id: W2}}\n`).join('') +
        '  - id: order-1',
    ),
  );
  await page.goto(`/graphs/${name}`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('combobox', { name: 'Case' }).click();
  await page.getByRole('option', { name: 'All 3 cases' }).click();
  const filter = page.getByLabel('Only cases whose id has');
  await filter.fill('nothing');
  await expect(page.getByText('No case has this in its id')).toBeVisible();
  await filter.fill('order');
  await expect(page.getByText('2 of 3 cases')).toBeVisible();
  await page.getByRole('button', { name: 'Start the experiment' }).click();
  await expect(page.getByText('2 of 2 finished')).toBeVisible();
});

test('own vars are given by a form made from the inputs of the graph', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('formed'), turnMs: 1 }));
  await page.goto(`/graphs/${name}`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('combobox', { name: 'Case' }).click();
  await page.getByRole('option', { name: 'Own vars' }).click();
  await page.getByRole('textbox', { name: 'order_id' }).fill('X9');
  await page.getByText('JSON', { exact: true }).click();
  await expect(page.getByLabel('Vars as JSON')).toHaveValue(/"order_id": "X9"/);
  await page.getByRole('button', { name: 'Start the run' }).click();
  await expect(page.getByTestId('connection')).toHaveText('Ended');
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByLabel('Output', { exact: true })).toContainText('The refund for X9');
});

test('an API key is shown once and can be revoked', async ({ page }) => {
  await Product.signIn(page);
  const name = newName('ci');
  await page.goto('/settings/keys');
  await page.getByRole('button', { name: 'New key' }).first().click();
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('dialog').getByText(/^rh_/)).toBeVisible();
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await page.getByRole('button', { name: `Revoke ${name}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByRole('button', { name: `Revoke ${name}` })).toHaveCount(0);
});

test('what does not exist says so, with the code of the problem', async ({ page }) => {
  await Product.signIn(page);
  await page.goto('/nowhere/at/all');
  await expect(page.getByText('There is no such page')).toBeVisible();
  await page.goto('/runs/01a1fccc-1335-7454-b0c0-c24df212f516');
  await expect(page.getByRole('alert')).toContainText('run/not-found');
});

test('signing out ends the session, and the page is asked for again', async ({ page }) => {
  await Product.signIn(page);
  await page.goto('/graphs');
  await page.getByRole('button', { name: DEMO.email }).click();
  await expect(page.getByRole('menu')).toContainText('Admin');
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto('/runs');
  await expect(page).toHaveURL(/\/sign-in\?to=%2Fruns/);
});

test('dialogs, reports, comparisons and simulations are links', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('linked'), turnMs: 1 }));
  const run = await product.execute(name, { caseId: 'order-1' });
  for (const [address, says] of [
    [`/runs/${run.id}?tab=log&replay=fork&at=5`, 'Fork from seq 5'],
    [`/runs/${run.id}?tab=log&replay=chaos&at=5`, 'Chaos on a recorded call'],
    [`/runs/${run.id}?tab=log&replay=regrade`, 'Only the checks are made anew'],
    [`/runs/${run.id}?tab=log&replay=compare`, 'Compare with another version'],
    [`/runs/${run.id}?tab=compliance`, 'The chain of digests is whole'],
    [`/runs/${run.id}?tab=compliance&seq=3`, 'The report is of the whole run'],
    [`/runs/${run.id}?tab=forks`, 'No fork'],
    ['/simulations/new', 'One a line: what somebody wants'],
    ['/simulations/0190c7a8-0000-7000-8000-000000000001', 'simulation/not-found'],
  ] as const) {
    await page.goto(address);
    await expect(page.getByText(says).first()).toBeVisible();
  }
  await page.goto(`/runs/history?graph=${name}`);
  await expect(page).toHaveURL(`/runs?graph=${name}`);
});
