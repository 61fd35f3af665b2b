import { cn } from "@/lib/cn";

/**
 * A turning ring in the size and colour of the surrounding text. Screen readers skip it; the text beside it or
 * `aria-busy` tells them about the work.
 */
export function Spinner({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={cn(
        "inline-block size-3.5 shrink-0 animate-spin rounded-full border-[1.5px] border-current border-r-transparent",
        className,
      )}
    />
  );
}
