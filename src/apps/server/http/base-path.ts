/**
 * The path below which the page is reached, from the public URL: '' or '/castellan', without a
 * slash at its end.
 */
export const basePathOf = (publicUrl: string | undefined): string =>
  publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '');

/** A request's URL without the base path, for proxies that leave it there. */
export function stripBasePath(url: string, basePath: string): string {
  if (basePath === '' || !url.startsWith(basePath)) return url;
  const rest = url.slice(basePath.length);
  if (rest === '') return '/';
  if (rest.startsWith('/')) return rest;
  return rest.startsWith('?') ? `/${rest}` : url;
}

/**
 * The page's entry with its addresses below `basePath`: links of the built page, absolute or
 * relative, and `<base>`, from which the page's code learns where it lives.
 */
export function placeIndexHtml(html: string, basePath: string): string {
  const placed = html
    .replace(/<base\b[^>]*>/gi, '')
    .replace(/(\s(?:src|href)=")(?:\.\/|\/(?!\/))/g, `$1${basePath}/`);
  return placed.replace(/<head([^>]*)>/i, `<head$1><base href="${basePath}/">`);
}
