import { z } from "zod";

export const DISPLAY_NAME_LENGTH_MAX = 100;

/** The name that people see of a person, a project, a trigger, an action or a key: 1 to 100 characters, trimmed. */
export const DisplayName = z
  .string()
  .trim()
  .min(1, "Enter a name.")
  .max(DISPLAY_NAME_LENGTH_MAX, `A name has at most ${DISPLAY_NAME_LENGTH_MAX} characters.`);
