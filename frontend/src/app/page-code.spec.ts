import { describe, expect, it } from '@jest/globals';
import { OutdatedStudio, orWhy, reloadOnce } from './page-code.js';

const gone = new TypeError('Failed to fetch dynamically imported module: /assets/RunsPage-1.js');
const fails = () => Promise.reject(gone);

describe('the code of a page', () => {
  it('that a silent server does not give is no reason to leave the studio', async () => {
    await expect(orWhy(fails, async () => false)).rejects.toMatchObject({
      problem: { code: 'studio/unreachable' },
    });
  });

  it('that a server no longer has means that the studio is an old one', async () => {
    await expect(orWhy(fails, async () => true)).rejects.toBeInstanceOf(OutdatedStudio);
    await expect(
      orWhy(
        async () => 1,
        async () => true,
      ),
    ).resolves.toBe(1);
  });

  it('that is not there in a newer studio either is not loaded anew for ever', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    } as unknown as Storage;
    let reloads = 0;
    const reload = () => void (reloads += 1);
    reloadOnce(new OutdatedStudio('', { cause: gone }), { storage, reload });
    reloadOnce(new OutdatedStudio('', { cause: gone }), { storage, reload });
    expect(reloads).toBe(1);
    reloadOnce(new OutdatedStudio('', { cause: new TypeError('another') }), { storage, reload });
    expect(reloads).toBe(2);
  });
});
