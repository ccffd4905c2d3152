/** Why a replay cannot be made as it is asked for. */
export interface ReplayProblem {
  code:
    | 'replay/chain-broken'
    | 'replay/no-such-seq'
    | 'replay/bad-edit'
    | 'replay/bad-vars'
    | 'replay/no-such-call'
    | 'replay/bad-fault'
    | 'replay/bad-checks'
    | 'replay/only-recorded';
  message: string;
  /** Where in the request, as in `edits[0].data.result`. */
  path: string;
}

export type Tried<T> = ({ ok: true } & T) | { ok: false; problems: ReplayProblem[] };

export const refused = (code: ReplayProblem['code'], path: string, message: string) => ({
  ok: false as const,
  problems: [{ code, path, message }],
});
