import { cn } from "@/lib/cn";

/** A turning ring in the size and colour of the text. The words beside it, or `aria-busy`, name the work. */
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
