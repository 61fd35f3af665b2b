"use client";

import type { ReactNode } from "react";
import { Check, Copy, TriangleAlert } from "lucide-react";
import { useCopyToClipboard } from "@/lib/use-copy-to-clipboard";
import { Button, type ButtonProps } from "./button";
import { IconButton } from "./icon-button";

type CopyButtonProps = {
  /** the text to copy, or a function that makes the text when the button is clicked */
  text: string | (() => string);
  /** the label of the button, such as `Copy curl command`; by default `Copy` */
  label?: string;
  /** whether the button shows its label beside the icon */
  hasText?: boolean;
  /** the icon before a click; by default two sheets of paper */
  icon?: ReactNode;
  size?: ButtonProps["size"];
  variant?: ButtonProps["variant"];
  className?: string;
};

/** A button that copies a text to the clipboard and then shows a tick. */
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
