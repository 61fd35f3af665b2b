/** A template to start from, for a receiver that demands its own body format. */
export type TemplatePreset = {
  id: string;
  label: string;
  /** the use of the template, in a few words */
  purpose: string;
  /** the name of the secret header that the template needs; the form fills it in */
  secretHeader?: string;
  /** tells a person what else to enter */
  hint: string;
  /** an example of the URL */
  urlExample: string;
  template: string;
};
