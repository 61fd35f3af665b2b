/** What opens the command menu on this machine; only in the browser. */
export const menuKeys = (): string => (/Mac|iPhone|iPad/.test(navigator.platform) ? "⌘ K" : "Ctrl K");
