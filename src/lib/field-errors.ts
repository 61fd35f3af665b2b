import type { FieldPath, FieldValues, UseFormSetError } from "react-hook-form";
import { isApiError } from "./trpc/client";

/**
 * Puts what the server says of a form on its fields: those of `names` under their own, the first of them focused;
 * all the rest under `root`, as the message of the whole.
 * @param prefix what the server's paths start with and the form's names do not: `settings.`
 */
export function showFieldErrors<Values extends FieldValues>(
  error: unknown,
  setError: UseFormSetError<Values>,
  names: readonly FieldPath<Values>[],
  prefix = "",
): void {
  const fields = isApiError(error) ? (error.data?.fields ?? {}) : {};
  const known = Object.entries(fields).flatMap(([path, message]) => {
    const name = names.find((each) => path === prefix + each);
    return name && message ? [{ name, message }] : [];
  });
  known.forEach(({ name, message }, index) => setError(name, { message }, { shouldFocus: index === 0 }));
  if (known.length === 0)
    setError("root", {
      message:
        isApiError(error) && error.data
          ? error.message
          : "The server does not answer. Check your connection and try again.",
    });
}
