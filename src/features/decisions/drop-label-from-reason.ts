/**
 * Returns the reason of a decision without the words that its label says already. A reason that does not begin with
 * them, or has no others, stays as it is. Beside "Sampled out" the reason reads "Its bucket 0.94 is not below the rate
 * 0.5." A narrow column then shows what differs between the rows.
 */
export function dropLabelFromReason({ label, reason }: { label: string; reason: string }): string {
  const [first = "", ...others] = reason.split(": ");
  const [said = ""] = label.split(": ");
  const rest = others.join(": ");
  if (rest === "" || first.toLowerCase() !== said.toLowerCase()) return reason;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
