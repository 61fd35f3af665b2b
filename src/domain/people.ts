import { z } from "zod";

/** The length of a password in characters. The maximum allows a phrase and keeps hashing cheap. */
export const PASSWORD_LENGTH_BOUNDS = { min: 12, max: 128 };

export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, "An email address has at most 254 characters.")
  .pipe(z.email("Write an email address, such as ada@example.com."));

export const Password = z
  .string()
  .min(PASSWORD_LENGTH_BOUNDS.min, `Use at least ${PASSWORD_LENGTH_BOUNDS.min} characters.`)
  .max(PASSWORD_LENGTH_BOUNDS.max, `Use at most ${PASSWORD_LENGTH_BOUNDS.max} characters.`);
