import { AxeBuilder } from '@axe-core/playwright';
import { supportGraph } from './graphs.js';
import { expect, test } from './measured.js';
import { newName, open, Product } from './product.js';

// All pages, one after the other, on however slow a machine: this only ends what hangs.
test.describe.configure({ timeout: 1_200_000 });

interface Item {
  id: string;
  verdict: string;
}
const PAGES = [
  '/',
  '/runs',
  '/graphs',
  '/graphs/new',
  '/graphs/new?from=spec',
  '/graphs/new?from=run',
  '/experiments',
  '/simulations',
  '/simulations/new',
  '/settings/keys',
  '/diff',
  '/nowhere',
];
const TABS = [
  ...(['overview', 'log', 'steps', 'assertions', 'contracts', 'compliance', 'graph', 'forks'] as const),
];

/** One that is there already, else one that is made. */
async function simulation(product: Product): Promise<string> {
  const { items } = await product.get<{ items: Item[] }>('/user-testing/simulations');
  if (items[0]) return items[0].id;
  const { name } = await product.upload(supportGraph(newName('talks')));
  const made = await product.post('/user-testing/simulations', {
    ...{ agent: { graph: name }, personas: ['impatient-customer'], simulator: 'customer', n: 2 },
  });
  return (made as { simulation: Item }).simulation.id;
}

async function addresses(product: Product): Promise<string[]> {
  const { items: runs } = await product.get<{ items: Item[] }>('/runs?graph=hasty-refund&verdict=failed');
  const { items: others } = await product.get<{ items: Item[] }>('/runs?graph=refund-agent');
  const { items: experiments } = await product.get<{ items: Item[] }>('/experiments');
  return [
    ...PAGES,
    ...['structure', 'runs', 'cases', 'contracts', 'versions'].map(
      (tab) => `/graphs/refund-agent?tab=${tab}`,
    ),
    '/graphs/refund-agent?view=outline',
    ...TABS.map((tab) => `/runs/${runs[0]?.id}?tab=${tab}`),
    `/runs/${runs[0]?.id}?tab=log&seq=3`,
    `/runs/${runs[0]?.id}?tab=steps&seq=3&range=2-5`,
    ...['fork', 'chaos', 'regrade', 'compare'].map((mode) => `/runs/${runs[0]?.id}?tab=log&replay=${mode}`),
    `/experiments/${experiments[0]?.id}`,
    `/experiments/${experiments[0]?.id}?against=nowhere`,
    `/simulations/${await simulation(product)}`,
    `/diff?of=${runs[0]?.id}`,
    `/diff/${others[0]?.id}...${runs[0]?.id}`,
    `/diff/${others[0]?.id}...${others[1]?.id}?only=changed`,
  ];
}

for (const colorScheme of ['light', 'dark'] as const)
  test(`no page has a fault that axe finds, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await open(page, '/sign-in');
    expect(await faults()).toEqual([]);
    const product = await Product.signIn(page);
    for (const address of await addresses(product)) {
      await open(page, address);
      expect.soft({ address, faults: await faults() }).toEqual({ address, faults: [] });
    }

    async function faults(): Promise<string[]> {
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze();
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
      );
    }
  });

test('no page is wider than a screen of 320 pixels', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  const product = await Product.signIn(page);
  for (const address of await addresses(product)) {
    await open(page, address);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect.soft({ address, beyond }).toEqual({ address, beyond: 0 });
  }
});

test('no page breaks the content security policy or reports an error', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('status of 40'))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  const product = await Product.signIn(page);
  for (const address of await addresses(product)) {
    await open(page, address);
  }
  expect(complaints).toEqual([]);
});

test('every place of the studio is reached with the keyboard', async ({ page }) => {
  await Product.signIn(page);
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  for (const name of ['Rehearse, home', 'Home', 'Runs', 'Experiments']) {
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name, exact: true })).toBeFocused();
  }
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/experiments');
});

test('a target is at least 24 pixels in both directions', async ({ page }) => {
  const product = await Product.signIn(page);
  for (const address of (await addresses(product)).slice(0, 8)) {
    await open(page, address);
    const small = await page
      .locator('button:visible, [role=button]:visible, select:visible')
      .evaluateAll((targets) =>
        targets
          .map((target) => ({
            name: target.ariaLabel ?? target.textContent,
            box: target.getBoundingClientRect(),
          }))
          .filter(({ box }) => box.width > 1 && (box.width < 24 || box.height < 24))
          .map(({ name }) => name),
      );
    expect.soft({ address, small }).toEqual({ address, small: [] });
  }
});
