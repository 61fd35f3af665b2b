import { set, type FieldValues, type UseFormReturn } from "react-hook-form";

/**
 * Makes the saved values the form's unchanged values. Fields that the person edited while the save was under way keep
 * their newer text, and count as changed.
 * @param sent a copy of the form's values when the save began
 * @param saved the values as the server has them now
 */
export function resetFormToSaved<Values extends FieldValues>(
  form: UseFormReturn<Values>,
  { sent, saved }: { sent: Values; saved: Values },
): void {
  const edited = editedFields(sent, structuredClone(form.getValues()));
  form.reset(saved);
  if (edited.length === 0) return;
  const values = structuredClone(saved);
  for (const [path, value] of edited) set(values, path, value);
  // `setValue` would not reach field arrays here, because `reset` forgets them until the next render.
  form.reset(values, { keepDefaultValues: true });
}

/** Returns the paths of the fields that differ, with their new values. A list counts as one field. */
function editedFields(before: FieldValues, now: FieldValues, prefix = ""): (readonly [string, unknown])[] {
  return Object.entries(now).flatMap(([key, value]) => {
    const old: unknown = before[key];
    if (isRecord(value) && isRecord(old)) return editedFields(old, value, `${prefix}${key}.`);
    return JSON.stringify(value) === JSON.stringify(old) ? [] : [[prefix + key, value] as const];
  });
}

const isRecord = (value: unknown): value is FieldValues =>
  typeof value === "object" && value !== null && !Array.isArray(value);
