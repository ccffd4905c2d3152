import { setMaxListeners } from 'node:events';
import type { Ports } from '@rehearse/engine';

export const cancellation: Ports['cancellation'] = () => {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return { signal: controller.signal, cancel: () => controller.abort() };
};
