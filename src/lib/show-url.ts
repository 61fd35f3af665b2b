/** Changes the URL without a request, because the page already shows what the URL names. */
export function showUrl(url: string, isReplacing: boolean): void {
  if (isReplacing) window.history.replaceState(null, "", url);
  else window.history.pushState(null, "", url);
}
