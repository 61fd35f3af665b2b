import { Fragment } from "react";
import { cn } from "@/lib/cn";

/**
 * Matches a word with the separators behind it, such as `-` or `/`. A line may end behind separators, not inside of a
 * word.
 */
const PARTS = /[^-_/.:@?&=]*[-_/.:@?&=]*/g;

/**
 * Shows an identifier in mono type: the name of a model, a URL, an email. A long identifier wraps at its separators, so
 * that its words stay whole. Only a word that is wider than the line is broken.
 */
export function Identifier({ children, className }: { children: string; className?: string }) {
  const parts = children.match(PARTS)?.filter(Boolean) ?? [];
  return (
    <span className={cn("font-mono text-xs break-words", className)}>
      {parts.map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  );
}
