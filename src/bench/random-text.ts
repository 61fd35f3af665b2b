const WORDS =
  "how do I change the address that my invoices are sent to under settings you can find billing there and a new one counts from next month please tell us which plan team region or customer it was because this order still shows yesterday's error while every other request of today has been answered by agent without any tool call".split(
    " ",
  );

/**
 * Makes text of random words. PostgreSQL compresses it as well as real text, to about a half.
 * @param seed another seed makes another text
 */
export function makeRandomText(length: number, seed: number): string {
  let state = (seed + 1) * 2_654_435_761;
  let text = "";
  while (text.length < length) {
    /*
     * A linear congruential generator (constants of Numerical Recipes). Its upper bits are more random than the lower
     * ones.
     */
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += `${WORDS[Math.floor((state / 2 ** 32) * WORDS.length)]} `;
  }
  return text.slice(0, length);
}
