import { cn } from "@/lib/cn";

/** The logo of the program: an event falls onto a hook. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden className={cn("size-6 shrink-0", className)}>
      <rect width="24" height="24" rx="6" className="fill-ink" />
      <path
        d="M15.5 9.75v3.75a4 4 0 0 1-8 0v-1.25"
        fill="none"
        strokeWidth="2"
        strokeLinecap="round"
        className="stroke-ink-foreground"
      />
      <circle
        cx="15.5"
        cy="6.25"
        r="1.75"
        className="fill-[color-mix(in_oklab,var(--accent),var(--ink-foreground)_35%)]"
      />
    </svg>
  );
}
