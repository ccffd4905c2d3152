import type { IncomingMessage } from 'node:http';
import type { RouteBook } from './route-book.js';

export const API_PREFIX = '/api/v1';

/** A browser that follows a link asks for HTML; a program does not. */
export const wantsPage = (accept: string | undefined): boolean => (accept ?? '').includes('text/html');

/**
 * Every path of the API also answers without the prefix when a program asks, and then `/` is the health document.
 * Browsers get the studio there, which has pages of the same names.
 */
export function plainPaths(routes: RouteBook) {
  let segments: ReadonlySet<string> | undefined;
  return (request: IncomingMessage): string => {
    const url = request.url ?? '/';
    if (wantsPage(request.headers.accept)) return url;
    segments ??= routes.segmentsBelow(API_PREFIX);
    const [path = '/'] = url.split('?', 1);
    if (path === '/') return `/health${url.slice(path.length)}`;
    return segments.has(path.slice(1).split('/', 1)[0]!) ? `${API_PREFIX}${url}` : url;
  };
}
