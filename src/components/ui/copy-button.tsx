"use client";

import type { ReactNode } from "react";
import { Check, Copy, TriangleAlert } from "lucide-react";
import { useCopyToClipboard } from "@/lib/use-copy-to-clipboard";
import { Button, type ButtonProps } from "./button";
import { IconButton } from "./icon-button";

type CopyButtonProps = {
  /** the text, or a function that makes it at the click */
  text: string | (() => string);
  /** the name of the button: `Copy curl command` */
  label?: string;
  /** shows the label beside the icon */
  hasText?: boolean;
  /** the icon at rest; by default two sheets */
  icon?: ReactNode;
  size?: ButtonProps["size"];
  variant?: ButtonProps["variant"];
  className?: string;
};

/** Copies a text and confirms it on the button. */
export function CopyButton({
  text,
  label = "Copy",
  hasText = false,
  icon: restIcon = <Copy aria-hidden />,
  size = "sm",
  variant,
  className,
}: CopyButtonProps) {
  const { state, copy } = useCopyToClipboard();
  const said = { idle: label, copied: "Copied", failed: "Could not copy" }[state];
  const icon = {
    idle: restIcon,
    copied: <Check aria-hidden className="text-success" />,
    failed: <TriangleAlert aria-hidden />,
  }[state];
  const onClick = () => void copy(typeof text === "function" ? text() : text);
  return (
    <>
      {hasText ? (
        <Button size={size} variant={variant ?? "secondary"} onClick={onClick} className={className}>
          {icon}
          {said}
        </Button>
      ) : (
        <IconButton label={said} size={size} variant={variant ?? "ghost"} onClick={onClick} className={className}>
          {icon}
        </IconButton>
      )}
      <span aria-live="polite" className="sr-only">
        {state === "idle" ? "" : said}
      </span>
    </>
  );
}
