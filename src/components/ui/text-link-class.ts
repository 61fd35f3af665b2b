/** The look of a link in a text. The line below it tells it from the text for people who see no colours. */
export const textLinkClass =
  "rounded-sm text-accent-text underline decoration-accent-text/40 underline-offset-2 hover:decoration-current";
