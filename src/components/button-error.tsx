import { CircleAlert } from "lucide-react";
import { cn } from "@/lib/cn";

type ButtonErrorProps = {
  /** the error of the last click; null or undefined shows nothing */
  error: { message: string } | null | undefined;
  className?: string;
};

/** Shows beside a button or a switch why its last click failed. Screen readers announce the message at once. */
export function ButtonError({ error, className }: ButtonErrorProps) {
  if (!error) return null;
  return (
    <p role="alert" className={cn("flex items-start gap-1.5 text-xs text-danger-text", className)}>
      <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
      {error.message}
    </p>
  );
}
