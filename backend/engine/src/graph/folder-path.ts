/**
 * The plain form of a path within a folder, `a/b.txt`: without `.` and `..`. Null when it leads outside, or is
 * absolute, or of Windows.
 */
export function folderPath(path: string): string | null {
  if (/^[/\\]|^[A-Za-z]:|\\|\0/.test(path)) return null;
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.pop() === undefined) return null;
  }
  return steps.length === 0 ? null : steps.join('/');
}
