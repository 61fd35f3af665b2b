/**
 * Returns a promise that never settles. A form that waits for it stays busy until another page or dialog replaces the
 * form. So a second click on its button does nothing.
 */
export const makeNeverSettlingPromise = (): Promise<never> => new Promise(() => undefined);
