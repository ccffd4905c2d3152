import type { LoginAnswer, UserView } from '@rehearse/contracts';
import { ProblemError, problemOf, unreachable } from './problem.js';

export const API = '/api/v1';
/** A token is renewed this long before it ends, so that no call carries one that dies on the way. */
const RENEW_EARLY_MS = 30_000;

export type SessionState =
  { status: 'unknown' } | { status: 'anonymous' } | { status: 'signed-in'; user: UserView };

let state: SessionState = { status: 'unknown' };
let token: { value: string; expiresAt: number } | null = null;
let refreshing: Promise<boolean> | null = null;
const listeners = new Set<() => void>();
/** The tabs of this browser share one session by its cookie: what ends it in one ends it in all. */
let tabs: BroadcastChannel | undefined;

function joinTabs(): BroadcastChannel {
  const channel = new BroadcastChannel('rehearse-session');
  channel.addEventListener('message', ({ data }) => {
    if (data === 'signed-out') forget();
  });
  return channel;
}

function become(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

function forget(): void {
  token = null;
  if (state.status !== 'anonymous') become({ status: 'anonymous' });
}

function accept(answer: LoginAnswer): void {
  token = { value: answer.accessToken, expiresAt: Date.now() + answer.expiresIn * 1_000 };
  become({ status: 'signed-in', user: answer.user });
}

export const session = {
  state: (): SessionState => state,
  subscribe(listener: () => void): () => void {
    tabs ??= joinTabs();
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  /** Settles `unknown` by the refresh cookie. */
  async ready(): Promise<SessionState> {
    if (state.status === 'unknown') await refresh();
    return state;
  },
  /** A token that is good for the next half minute, or null when nobody is signed in. */
  async token(): Promise<string | null> {
    if (token && token.expiresAt - RENEW_EARLY_MS > Date.now()) return token.value;
    if (state.status !== 'anonymous') await refresh();
    return token?.value ?? null;
  },
  refresh,
  login: (body: { email: string; password: string }) => signIn('/auth/login', body),
  link: (linkToken: string) => signIn('/auth/link', { token: linkToken }),
  async logout(): Promise<void> {
    const headers = token ? { authorization: `Bearer ${token.value}` } : undefined;
    await fetch(`${API}/auth/logout`, { method: 'POST', ...(headers && { headers }) }).catch(() => null);
    forget();
    tabs?.postMessage('signed-out');
  },
};

async function signIn(path: string, body: object): Promise<void> {
  const response = await post(path, body);
  if (!response.ok) throw await problemOf(response);
  accept((await response.json()) as LoginAnswer);
}

function post(path: string, body?: object): Promise<Response> {
  return fetch(`${API}${path}`, {
    method: 'POST',
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch(() => {
    throw unreachable();
  });
}

/** One refresh at a time: the cookie rotates, and using an old one twice would end the session. */
function refresh(): Promise<boolean> {
  refreshing ??= acrossTabs(renew).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

function acrossTabs(work: () => Promise<boolean>): Promise<boolean> {
  return 'locks' in navigator ? navigator.locks.request('rehearse-refresh', work) : work();
}

async function renew(): Promise<boolean> {
  const response = await post('/auth/refresh');
  if (response.ok) {
    accept((await response.json()) as LoginAnswer);
    return true;
  }
  const problem = await problemOf(response);
  if (problem.status !== 401 && problem.status !== 403) throw new ProblemError(problem.problem);
  forget();
  return false;
}
