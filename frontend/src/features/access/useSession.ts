import type { Role } from '@rehearse/contracts';
import { useSyncExternalStore } from 'react';
import { session, type SessionState } from '../../api/index.js';

export const useSession = (): SessionState => useSyncExternalStore(session.subscribe, session.state);

const WRITERS: Role[] = ['Admin', 'Operator'];

/** Whether the signed-in person may do it; the server decides again. */
export function useCan(act: 'write' | 'administer'): boolean {
  const state = useSession();
  if (state.status !== 'signed-in') return false;
  return act === 'administer' ? state.user.role === 'Admin' : WRITERS.includes(state.user.role);
}
