"use client";

import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { Button, type ButtonProps } from "./button";
import { Tooltip } from "./tooltip";

const square = { sm: "w-7 pointer-coarse:w-9", md: "w-8 pointer-coarse:w-10", lg: "w-9 pointer-coarse:w-11" } as const;

type IconButtonProps = Omit<ButtonProps, "children"> & {
  /** the accessible name of the button, also its tooltip */
  label: string;
  children: ReactNode;
  side?: "top" | "bottom" | "left" | "right";
};

/** A square button with one icon. */
export function IconButton({ label, side, size, variant = "ghost", className, children, ...props }: IconButtonProps) {
  const classes = cn(
    "px-0 pointer-coarse:px-0",
    variant === "ghost" && "text-muted hover:text-foreground",
    square[size ?? "md"],
    className,
  );
  return (
    <Tooltip content={label} side={side}>
      <Button aria-label={label} size={size} variant={variant} className={classes} {...props}>
        {children}
      </Button>
    </Tooltip>
  );
}
