import { cn } from "@/lib/cn";

type TruncatedNameProps = {
  children: string;
  /** whether the named thing is deleted, so that its name is struck through */
  isDeleted?: boolean;
  className?: string;
};

/**
 * A name on one line of a cell. A name that does not fit loses its end, also in a script from right to left: only an
 * element that contains nothing but the name takes the direction of the name.
 */
export function TruncatedName({ children, isDeleted = false, className }: TruncatedNameProps) {
  const Element = isDeleted ? "s" : "span";
  return <Element className={cn("block truncate", isDeleted && "text-subtle", className)}>{children}</Element>;
}
