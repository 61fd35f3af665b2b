/** Returns the name of the modifier key: ⌘ on Apple devices, else Ctrl. Only the browser can call this function. */
const modifier = (): string => (/Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl");

/**
 * Returns the shortcut that opens the command menu: `⌘ K` on Apple devices, else `Ctrl K`. Only the browser can call
 * this function.
 */
export const writeCommandMenuKeys = (): string => writeKeyWithModifier("K");

export const writeKeyWithModifier = (key: string): string => `${modifier()} ${key}`;
