import type { ReactNode, Ref } from "react";
import { Combobox } from "@base-ui/react/combobox";
import { cn } from "@/lib/cn";
import { popupClass } from "./popup-class";
import { Spinner } from "./spinner";

type SuggestionsPopupProps = {
  isLoading: boolean;
  ref?: Ref<HTMLDivElement>;
  /** the classes for the width of the popup */
  className: string;
  /** renders one suggestion as an item of Base UI */
  children: (suggestion: string) => ReactNode;
};

/** The popup with the suggestions of a text field. It works in a Combobox and in an Autocomplete of Base UI. */
export function SuggestionsPopup({ isLoading, ref, className, children }: SuggestionsPopupProps) {
  return (
    <Combobox.Portal>
      <Combobox.Positioner align="start" sideOffset={4} collisionPadding={8} className="z-60 outline-none">
        <Combobox.Popup
          ref={ref}
          className={cn(popupClass, "max-w-(--available-width) has-data-empty:border-0", className)}
        >
          <Combobox.Status>
            {isLoading && (
              <div className="flex items-center gap-2 px-3 py-2.5 text-sm text-muted">
                <Spinner /> Looking for values…
              </div>
            )}
          </Combobox.Status>
          <Combobox.List
            className={cn(
              "max-h-[min(16rem,var(--available-height))] scroll-py-1 overflow-y-auto",
              "overscroll-contain p-1 data-empty:hidden",
            )}
          >
            {children}
          </Combobox.List>
        </Combobox.Popup>
      </Combobox.Positioner>
    </Combobox.Portal>
  );
}
