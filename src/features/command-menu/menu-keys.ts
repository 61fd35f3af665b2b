/** Returns the modifier key of this machine. It works only in the browser. */
const modifier = (): string => (/Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl");

/** Returns the keys that open the command menu on this machine. It works only in the browser. */
export const commandMenuKeys = (): string => withModifierKey("K");

export const withModifierKey = (key: string): string => `${modifier()} ${key}`;
