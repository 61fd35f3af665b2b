import { z } from "zod";

/** The name that people see of a person, a project, a trigger, an action or a key: 1 to 100 characters, trimmed. */
export const DisplayName = z.string().trim().min(1, "Enter a name.").max(100, "A name has at most 100 characters.");
