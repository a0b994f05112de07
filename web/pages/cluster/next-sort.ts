/** First downwards, for the most is what one looks for; then upwards; then as it was read. */
export function nextSort(sort: string | undefined, name: string): string | undefined {
  if (sort === `-${name}`) return name;
  return sort === name ? undefined : `-${name}`;
}
