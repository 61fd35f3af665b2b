import { act, renderHook } from "@testing-library/react";
import { useFieldArray, useForm } from "react-hook-form";
import { expect, test } from "vitest";
import { resetFormToSaved } from "./reset-form-to-saved";

const initial = { name: "Pager", configuration: { url: "https://a.example", headers: [{ name: "X", value: "" }] } };

function start() {
  const { result } = renderHook(() => {
    const form = useForm({ defaultValues: initial });
    const headers = useFieldArray({ control: form.control, name: "configuration.headers" });
    const { isDirty, dirtyFields } = form.formState;
    return { form, headers, isDirty, dirtyFields };
  });
  return result;
}

test("text that a person types during a save stays, and counts as a change", () => {
  const result = start();
  act(() => result.current.form.setValue("name", "Pager 2", { shouldDirty: true }));
  const sent = structuredClone(result.current.form.getValues());
  act(() => {
    result.current.form.setValue("configuration.url", "https://b.example", { shouldDirty: true });
    result.current.headers.append({ name: "Y", value: "1" });
  });
  act(() => resetFormToSaved(result.current.form, { sent, saved: sent }));
  expect(result.current.form.getValues()).toEqual({
    name: "Pager 2",
    configuration: {
      url: "https://b.example",
      headers: [
        { name: "X", value: "" },
        { name: "Y", value: "1" },
      ],
    },
  });
  expect(result.current.headers.fields).toHaveLength(2);
  expect(result.current.isDirty).toBe(true);
  expect(result.current.dirtyFields.name).toBeUndefined();
});

test("without an edit during the save the form has the saved values and no change", () => {
  const result = start();
  act(() => result.current.form.setValue("configuration.headers.0.value", "secret", { shouldDirty: true }));
  const sent = structuredClone(result.current.form.getValues());
  act(() => resetFormToSaved(result.current.form, { sent, saved: initial }));
  expect(result.current.form.getValues()).toEqual(initial);
  expect(result.current.isDirty).toBe(false);
});
