/** The dash of a cell without a value. On a phone, where a row is a card, the cell disappears with the dash. */
export const NoValueDash = () => (
  <span data-no-value className="text-subtle">
    –
  </span>
);
