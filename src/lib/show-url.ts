/** Changes the URL without a request: what it shows is on the page already. */
export function showUrl(url: string, isReplacing: boolean): void {
  if (isReplacing) window.history.replaceState(null, "", url);
  else window.history.pushState(null, "", url);
}
