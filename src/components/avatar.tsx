import { cn } from "@/lib/cn";

/** Shows the initials of a person (in a circle) or of a project (in a square), beside the name. */
export function Avatar({
  name,
  isSquare = false,
  className,
}: {
  name: string;
  isSquare?: boolean;
  className?: string;
}) {
  const initials = name
    .split(/[\s@._-]+/)
    .filter((part) => part !== "")
    .slice(0, 2)
    .map((part) => part.charAt(0).toUpperCase())
    .join("");
  return (
    <span
      aria-hidden
      className={cn(
        "grid size-6 shrink-0 place-items-center border border-line-strong bg-surface text-xs font-medium text-muted",
        isSquare ? "rounded-md" : "rounded-full",
        className,
      )}
    >
      {initials}
    </span>
  );
}
