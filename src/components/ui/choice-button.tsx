import { useId, type ComponentProps, type ReactNode } from "react";
import { ChevronsUpDown } from "lucide-react";
import { cn } from "@/lib/cn";
import { useFieldControl } from "./field-context";

/** The CSS classes of a button that shows a value and opens a list of choices. */
export const choiceButtonClass = cn(
  "control control-text flex h-8 w-full min-w-0 items-center justify-between gap-2 pr-2 pl-2.5 text-left",
  "select-none pointer-coarse:h-10",
);

type ChoiceButtonProps = Pick<
  ComponentProps<"button">,
  | "id"
  | "disabled"
  | "className"
  | "onFocus"
  | "onBlur"
  | "onClick"
  | "aria-label"
  | "aria-invalid"
  | "aria-describedby"
> & { isEmpty: boolean; children: ReactNode };

/**
 * Stands in for a select or a combobox until its script has loaded. It shows the current value. If a person clicks it,
 * the list opens once the script has loaded.
 */
export function ChoiceButton({ isEmpty, children, className, id, ...button }: ChoiceButtonProps) {
  // `aria-controls` needs an id, although the list's element does not exist yet.
  const listId = useId();
  const field = useFieldControl({
    id,
    "aria-describedby": button["aria-describedby"],
    "aria-invalid": button["aria-invalid"],
  });
  return (
    <button
      type="button"
      role="combobox"
      aria-haspopup="listbox"
      aria-expanded={false}
      aria-controls={listId}
      data-early=""
      {...button}
      {...field}
      className={cn(choiceButtonClass, className)}
    >
      <span className={cn("min-w-0 truncate", isEmpty && "text-subtle")}>{children}</span>
      <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-subtle" />
    </button>
  );
}
