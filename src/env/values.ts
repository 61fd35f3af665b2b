import { z } from "zod";
import { parseUrl } from "@/domain/parse-url";

/* Schemas of values that several variables share. */

export const secretTextSchema = z.string().regex(/^\S+$/, "must not contain spaces");
/** Parses 1, 0, true or false. */
export const booleanText = z
  .string()
  .toLowerCase()
  .pipe(z.enum(["1", "0", "true", "false"], "must be 1 or 0"))
  .transform((value) => value === "1" || value === "true");
/** Parses entries between commas. */
export const listText = z.string().transform((value) =>
  value
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ""),
);

/** Parses an http or https URL without credentials, query or fragment. The result has no slash at its end. */
export const makeWebUrlSchema = (allowPath: boolean) =>
  z.string().transform((value, ctx) => {
    const url = parseUrl(value);
    const fits =
      url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && (allowPath || url.pathname === "/");
    if (fits && !url.username && !url.password) return url.href.replace(/\/+$/, "");
    ctx.addIssue({
      code: "custom",
      message: `must be an address such as https://triggers.example.com${allowPath ? "" : ", without a path"}`,
    });
    return z.NEVER;
  });

/** Parses a whole number within bounds, written in digits. */
export function makeWholeNumberSchema(min: number, max: number) {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, rule)
    .transform(Number)
    .refine((value) => value >= min && value <= max, rule);
}

export const portNumberSchema = makeWholeNumberSchema(1, 65_535);
