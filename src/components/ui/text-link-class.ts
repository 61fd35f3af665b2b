/** The CSS classes of a link within a text. The underline sets the link apart for people who see no colours. */
export const textLinkClass =
  "rounded-sm text-accent-text underline decoration-accent-text/40 underline-offset-2 hover:decoration-current";
