import { z } from "zod";

export const DISPLAY_NAME_LENGTH_MAX = 100;

/**
 * Characters that embed, override or isolate a direction of writing (U+202A to U+202E, U+2066 to U+2069). They are
 * invisible, and an override shows a name backwards. The marks U+200E and U+200F stay: scripts from right to left need
 * them, and they turn nothing round.
 */
const DIRECTION_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g;

/** Makes `name` a trimmed text without direction controls, which arrive unseen with a text from the clipboard. */
export const NameText = z.string().overwrite((name) => name.replace(DIRECTION_CONTROLS, "").trim());

/** The name that people see of a person, a project, a trigger, an action or a key: 1 to 100 characters. */
export const DisplayName = NameText.min(1, "Enter a name.").max(
  DISPLAY_NAME_LENGTH_MAX,
  `A name has at most ${DISPLAY_NAME_LENGTH_MAX} characters.`,
);
