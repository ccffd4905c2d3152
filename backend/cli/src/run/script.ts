import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { scriptPort } from '@rehearse/adapters';
import type { Io } from '../io.js';
import { looksLikeSandbox } from './needs-sandbox.js';

/** Who runs a graph here may run what is in it. */
export const script = scriptPort({ allowsJavaScript: true });

/**
 * Starts the sandbox for files that look as if they needed it. It takes as long to start as all that a run loads, so this comes
 * first and loads little. What cannot be read is told later by who reads it in earnest.
 */
export async function startSandboxEarly({ cwd }: Io, paths: readonly string[]): Promise<void> {
  if (paths.some((file) => looksLikeSandbox(textOf(path.resolve(cwd, file))))) await script.warmUp();
}

/** A pipe can be read once only, and not here. */
function textOf(file: string): string {
  try {
    return statSync(file).isFile() ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}
