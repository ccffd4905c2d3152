/** Which of two recordings of one run is kept. */
export const PREFERENCES = ['first', 'last'] as const;

export interface MergeFlags {
  output: string;
  prefer?: (typeof PREFERENCES)[number];
}
