import { unreachable } from '../api/problem.js';

/** The server answers and has no such code: a newer studio has taken the place of this one. */
export class OutdatedStudio extends Error {
  override readonly name = 'OutdatedStudio';
}

/** The code of a page; where it cannot be had, why. */
export async function orWhy<T>(load: () => Promise<T>, isServerThere: () => Promise<boolean>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!(await isServerThere())) throw unreachable();
    throw new OutdatedStudio('This part of the studio could not be loaded.', { cause: error });
  }
}

const RELOADED = 'rehearse-reloaded';

/** Loads the newer studio, once: code that is not there after that either is no matter of age. */
export function reloadOnce(
  error: OutdatedStudio,
  { storage, reload }: { storage: Storage; reload: () => void },
) {
  const what = String(error.cause);
  if (storage.getItem(RELOADED) === what) return;
  storage.setItem(RELOADED, what);
  reload();
}
