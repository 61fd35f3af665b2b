"use client";

import type { ReactNode } from "react";
import { Tabs as Base } from "@base-ui/react/tabs";
import { cn } from "@/lib/cn";

type TabItem<Value extends string> = {
  value: Value;
  label: ReactNode;
  count?: ReactNode;
  content: ReactNode;
  isDisabled?: boolean;
  /** whether the panel stays in the page while another tab is open, so that typed text is kept */
  isKept?: boolean;
};

type TabsProps<Value extends string> = {
  tabs: readonly TabItem<Value>[];
  value: Value;
  onValueChange: (value: Value) => void;
  "aria-label": string;
  /** CSS classes for the row of tabs, such as padding where the row touches the edges of its container */
  listClassName?: string;
  panelClassName?: string;
  className?: string;
};

/** Tabs with their panels, on one page. For tabs that open other pages use `LinkedPageTabs`. */
export function Tabs<Value extends string>({
  tabs,
  value,
  onValueChange,
  listClassName,
  panelClassName,
  className,
  ...aria
}: TabsProps<Value>) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => onValueChange(next as Value)}
      className={cn("flex min-w-0 flex-col", className)}
    >
      <Base.List
        aria-label={aria["aria-label"]}
        className={cn("relative flex gap-5 overflow-x-auto border-b [scrollbar-width:none]", listClassName)}
      >
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            disabled={tab.isDisabled}
            className={cn(
              "flex h-9 shrink-0 items-center gap-1.5 text-sm text-muted outline-offset-[-2px] transition-colors",
              "hover:text-foreground data-active:text-foreground data-disabled:opacity-50 pointer-coarse:h-11",
            )}
          >
            {tab.label}
            {tab.count !== undefined && <span className="text-xs text-subtle tabular-nums">{tab.count}</span>}
          </Base.Tab>
        ))}
        <Base.Indicator
          className={cn(
            "absolute bottom-0 left-0 h-[2px] w-(--active-tab-width) translate-x-(--active-tab-left) bg-foreground",
            "transition-[translate,width] duration-200 ease-out",
          )}
        />
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel
          key={tab.value}
          value={tab.value}
          keepMounted={tab.isKept}
          className={cn("min-w-0 pt-4", panelClassName)}
        >
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
