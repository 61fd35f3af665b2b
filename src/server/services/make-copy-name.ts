/** Makes the name of a copy: "Errors (copy)" for "Errors", within the 100 characters of a name. */
export const makeCopyName = (name: string): string => `${name.slice(0, 93)} (copy)`;
