const popups = "[role=menu],[role=listbox],[role=alertdialog],[role=dialog][aria-modal=true]";

/**
 * Tells whether a key press runs no shortcut of the page: it was handled already, comes with ⌘, Ctrl or Alt, or belongs
 * to a field, a menu or a modal dialog.
 */
export function isKeyIgnoredByShortcuts(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest(`input:not([type=checkbox]),textarea,select,${popups}`) !== null;
}
