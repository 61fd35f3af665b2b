import { cva } from "class-variance-authority";

/** Returns the CSS classes of a button in a variant and a size, for buttons and for links that look like buttons. */
export const buttonClass = cva(
  [
    "inline-flex shrink-0 items-center justify-center gap-1.5",
    "rounded-md border font-medium whitespace-nowrap select-none",
    "transition-colors duration-100 disabled:pointer-events-none",
    "disabled:opacity-50 aria-disabled:opacity-50 data-disabled:opacity-50",
    "[&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:stroke-[1.75]",
  ],
  {
    variants: {
      variant: {
        primary: "border-ink bg-ink text-ink-foreground hover:border-ink-hover hover:bg-ink-hover",
        secondary:
          "border-line-strong bg-surface text-foreground hover:bg-[color-mix(in_oklab,var(--surface),var(--foreground)_4%)] data-popup-open:bg-[color-mix(in_oklab,var(--surface),var(--foreground)_4%)]",
        ghost:
          "border-transparent bg-transparent text-foreground hover:bg-hover active:bg-pressed data-popup-open:bg-hover",
        danger: "border-danger-fill bg-danger-fill text-white hover:opacity-90",
        "danger-ghost": "border-transparent text-danger-text hover:bg-danger-soft",
      },
      size: {
        sm: "h-7 px-2 text-xs [&_svg]:size-3.5 pointer-coarse:h-9 pointer-coarse:px-3 pointer-coarse:text-sm",
        md: "h-8 px-3 text-sm pointer-coarse:h-10 pointer-coarse:px-3.5",
        lg: "h-9 px-4 text-base pointer-coarse:h-11",
      },
    },
    defaultVariants: { variant: "secondary", size: "md" },
  },
);
