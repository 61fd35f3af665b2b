import type { ComponentProps } from "react";
import { PageLink } from "./page-link";
import type { VariantProps } from "class-variance-authority";
import { cn } from "@/lib/cn";
import { buttonClass } from "./button-class";

export function ButtonLink({
  variant,
  size,
  className,
  ...props
}: ComponentProps<typeof PageLink> & VariantProps<typeof buttonClass>) {
  return <PageLink className={cn(buttonClass({ variant, size }), className)} {...props} />;
}
