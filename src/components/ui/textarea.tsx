"use client";

import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";
import { useFieldControl } from "./field-context";

/** A text area that grows with its text, up to the `max-h` of its class. */
export function Textarea({ isMono = false, className, ...props }: ComponentProps<"textarea"> & { isMono?: boolean }) {
  const field = useFieldControl(props);
  return (
    <textarea
      rows={3}
      {...props}
      {...field}
      className={cn(
        "control control-text field-sizing-content max-h-96 min-h-18 w-full resize-y px-2.5 py-1.5",
        isMono && "font-mono",
        className,
      )}
    />
  );
}
