/** The key that goes with a letter on this machine; only in the browser. */
const modifier = (): string => (/Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl");

/** What opens the command menu on this machine; only in the browser. */
export const menuKeys = (): string => withModifier("K");

export const withModifier = (key: string): string => `${modifier()} ${key}`;
