/** The letters of a ULID's time, 0 to 31. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

/** Returns an id above the ids of all runs that were made until a time: run ids are ULIDs and begin with their time. */
export function runIdAboveTime(time: Date): string {
  let left = time.getTime();
  let text = "";
  for (let place = 0; place < TIME_LENGTH; place++) {
    text = LETTERS.charAt(left % LETTERS.length) + text;
    left = Math.floor(left / LETTERS.length);
  }
  return text + "Z".repeat(RANDOM_LENGTH);
}
