import { clsx, type ClassValue } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

const merge = extendTailwindMerge({ extend: { theme: { text: ["2xs"] } } });

/** Joins class names. If two Tailwind classes contradict each other, the later one stays. */
export function cn(...classes: ClassValue[]): string {
  return merge(clsx(classes));
}
