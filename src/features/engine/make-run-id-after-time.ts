/** The 32 digits of a ULID (Crockford's base 32). */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

/**
 * Returns an id that sorts after the ids of all runs created until `time`. Run ids are ULIDs, which begin with their
 * creation time.
 */
export function makeRunIdAfterTime(time: Date): string {
  let left = time.getTime();
  let text = "";
  for (let place = 0; place < TIME_LENGTH; place++) {
    text = LETTERS.charAt(left % LETTERS.length) + text;
    left = Math.floor(left / LETTERS.length);
  }
  return text + "Z".repeat(RANDOM_LENGTH);
}
