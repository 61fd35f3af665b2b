import { cn } from "@/lib/cn";

/** A turning ring of the text's size and colour. The words beside it, or `aria-busy`, say what is going on. */
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
