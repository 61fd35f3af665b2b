import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { Banner } from "./ui/banner";
import { Button } from "./ui/button";

type SaveBarProps = {
  submitLabel: string;
  /** the error of the last save; it stands here, because the top of a long form is not on the screen */
  error: string | undefined;
  isSubmitting: boolean;
  /** whether there is nothing to save */
  isDisabled: boolean;
  /** discards the changes; null if there is nothing to go back to */
  onDiscard: (() => void) | null;
  /** further buttons beside the submit button */
  children?: ReactNode;
};

/** The bar with the submit button of a long form. It stays at the bottom of the screen. */
export function SaveBar({ submitLabel, error, isSubmitting, isDisabled, onDiscard, children }: SaveBarProps) {
  return (
    <div
      className={cn(
        "sticky bottom-0 z-20 -mx-4 flex flex-wrap items-center justify-end gap-2",
        "border-t bg-background px-4 py-3 sm:mx-0 sm:rounded-lg sm:border",
      )}
    >
      {error !== undefined && (
        <Banner tone="danger" isAlert className="w-full">
          {error}
        </Banner>
      )}
      {onDiscard && <span className="mr-auto text-sm text-muted">Unsaved changes</span>}
      {onDiscard && <Button onClick={onDiscard}>Discard</Button>}
      {children}
      <Button type="submit" variant="primary" disabled={isDisabled} isLoading={isSubmitting}>
        {submitLabel}
      </Button>
    </div>
  );
}
