"use client";

import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/lib/cn";
import { useFieldControl } from "./field-context";

type InputProps = Omit<ComponentProps<"input">, "prefix"> & {
  /** an icon or text inside the frame, before the value */
  prefix?: ReactNode;
  /** a unit or button inside the frame, after the value */
  suffix?: ReactNode;
  isMono?: boolean;
};

/** A text input of one line. A `Field` around it sets its id and aria attributes. */
export function Input({ prefix, suffix, isMono = false, className, ...props }: InputProps) {
  const field = useFieldControl(props);
  return (
    <span className={cn("control flex h-8 w-full min-w-0 items-center pointer-coarse:h-10", className)}>
      {prefix && <span className="flex shrink-0 items-center pl-2.5 text-subtle [&_svg]:size-4">{prefix}</span>}
      <input
        {...props}
        {...field}
        className={cn(
          "control-text h-full w-full min-w-0 flex-1 bg-transparent px-2.5 outline-none disabled:cursor-not-allowed",
          isMono && "font-mono",
          props.type === "number" && "tabular-nums",
        )}
      />
      {suffix && <span className="flex shrink-0 items-center pr-2.5 text-xs text-subtle">{suffix}</span>}
    </span>
  );
}
