"use client";

import type { ComponentProps } from "react";
import type { VariantProps } from "class-variance-authority";
import { cn } from "@/lib/cn";
import { buttonClass } from "./button-class";
import { Spinner } from "./spinner";

export type ButtonProps = ComponentProps<"button"> &
  VariantProps<typeof buttonClass> & {
    /** whether the button shows a spinner in place of its icons and ignores clicks; it keeps the focus */
    isLoading?: boolean;
  };

/** A button. By default its type is `button`, so that only `type="submit"` submits a form. */
export function Button({ variant, size, isLoading = false, className, children, onClick, ...props }: ButtonProps) {
  return (
    <button
      type="button"
      aria-busy={isLoading || undefined}
      aria-disabled={isLoading || undefined}
      onClick={(event) => (isLoading ? event.preventDefault() : onClick?.(event))}
      className={cn(
        buttonClass({ variant, size }),
        isLoading && "cursor-progress aria-disabled:opacity-70 [&_svg]:hidden",
        className,
      )}
      {...props}
    >
      {isLoading && <Spinner />}
      {children}
    </button>
  );
}
