import { createElement, type ComponentType, type ReactNode } from 'react';
import { isServerThere } from '../api/index.js';
import { orWhy } from './page-code.js';

/**
 * A page whose code is fetched when it is first opened. The router waits for `preload`, shows what it throws in place of
 * the page, and calls it again when the page is asked for again.
 */
export function lazyPage<Module extends Record<string, unknown>>(
  load: () => Promise<Module>,
  name: keyof Module & string,
): (() => ReactNode) & { preload: () => Promise<void> } {
  let page: ComponentType | undefined;
  const LazyPage = () => page && createElement(page);
  LazyPage.preload = async () => {
    page ??= (await orWhy(load, isServerThere))[name] as ComponentType;
  };
  return LazyPage;
}
