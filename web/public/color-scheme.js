// Runs before the first paint, so that a dark page never flashes white. A file of its own, because
// the content security policy forbids scripts inside the page.
(() => {
  let chosen = 'auto';
  try {
    chosen = localStorage.getItem('castellan-color-scheme') || 'auto';
  } catch (error) {
    console.warn('Preferences cannot be read:', error);
  }
  const dark =
    chosen === 'dark' || (chosen === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
