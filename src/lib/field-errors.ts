import type { FieldPath, FieldValues, UseFormSetError } from "react-hook-form";
import { isApiError } from "./trpc/client";
import { NO_ANSWER } from "./trpc/links";

/**
 * Shows the server's errors in a form. Errors of the fields `names` appear at these fields, and the first of them gets
 * the focus. If the answer names none of these fields, its message appears at `root`, for the whole form.
 */
export function showFieldErrors<Values extends FieldValues>(
  error: unknown,
  setError: UseFormSetError<Values>,
  { names, prefix = "" }: { names: readonly FieldPath<Values>[]; prefix?: string },
): void {
  const fields = isApiError(error) ? (error.data?.fields ?? {}) : {};
  const known = Object.entries(fields).flatMap(([path, message]) => {
    const name = names.find((each) => path === prefix + each);
    return name && message ? [{ name, message }] : [];
  });
  known.forEach(({ name, message }, index) => setError(name, { message }, { shouldFocus: index === 0 }));
  if (known.length === 0) setError("root", { message: isApiError(error) ? error.message : NO_ANSWER });
}
