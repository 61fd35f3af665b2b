"use client";

import { useEffect, useEffectEvent } from "react";
import { Toast as Base } from "@base-ui/react/toast";
import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { cn } from "@/lib/cn";

const manager = Base.createToastManager();
export type ToastManager = typeof manager;

/**
 * Renders the visible toasts (short messages at the screen's edge).
 * @param onReady called with the toast manager once the manager can show toasts
 */
export function ToastViewport({ onReady }: { onReady: (manager: ToastManager) => void }) {
  const ready = useEffectEvent(() => onReady(manager));
  // Effects of children run first, so the provider already listens to the manager when this effect runs.
  useEffect(() => ready(), []);
  return (
    <Base.Provider toastManager={manager} limit={3}>
      <Base.Portal>
        <Base.Viewport
          className={cn(
            "fixed inset-x-4 bottom-4 z-80 mx-auto",
            "sm:inset-x-auto sm:bottom-5 sm:left-5 sm:w-88 lg:left-60",
          )}
        >
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function ToastList() {
  const { toasts } = Base.useToastManager();
  return toasts.map((item) => (
    <Base.Root
      key={item.id}
      toast={item}
      className={cn(
        "absolute right-0 bottom-0 z-[calc(100-var(--toast-index))] w-full origin-bottom rounded-lg border",
        "border-line-strong bg-raised shadow-raised select-none",
        "[--gap:0.5rem] [--peek:0.5rem] [--scale:calc(max(0,1-var(--toast-index)*0.06))]",
        "[--shrink:calc(1-var(--scale))] [--height:var(--toast-frontmost-height,var(--toast-height))]",
        "[--offset-y:calc(var(--toast-offset-y)*-1+var(--toast-index)*var(--gap)*-1+var(--toast-swipe-movement-y))]",
        "h-(--height)",
        "[transform:translateX(var(--toast-swipe-movement-x))_translateY(calc(var(--toast-swipe-movement-y)-(var(--toast-index)*var(--peek))-(var(--shrink)*var(--height))))_scale(var(--scale))]",
        "data-expanded:h-(--toast-height)",
        "data-expanded:[transform:translateX(var(--toast-swipe-movement-x))_translateY(var(--offset-y))]",
        "transition-[transform,opacity,height] duration-300 ease-out",
        "data-ending-style:opacity-0 data-limited:opacity-0",
        "data-starting-style:[transform:translateY(120%)]",
        "data-ending-style:not-data-swipe-direction:[transform:translateY(120%)]",
        "after:absolute after:top-full after:left-0 after:h-[calc(var(--gap)+1px)] after:w-full after:content-['']",
      )}
    >
      <Base.Content
        className={cn(
          "flex items-start gap-2.5 overflow-hidden p-3.5 transition-opacity duration-200",
          "data-behind:not-data-expanded:opacity-0",
        )}
      >
        <ToastIcon type={item.type} />
        <div className="min-w-0 flex-1">
          <Base.Title className="text-sm font-medium" />
          <Base.Description render={<div />} className="mt-0.5 text-sm text-muted" />
          <Base.Action
            className={cn(
              "mt-2 text-sm font-medium text-accent-text",
              "underline-offset-4 hover:underline empty:hidden",
            )}
          />
        </div>
        <Base.Close
          aria-label="Dismiss"
          className={cn(
            "-m-1 grid size-6 shrink-0 place-items-center",
            "rounded-sm text-subtle hover:bg-hover hover:text-foreground",
          )}
        >
          <X aria-hidden className="size-3.5" />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ));
}

function ToastIcon({ type }: { type: string | undefined }) {
  if (type === "success") return <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />;
  if (type === "error") return <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />;
  return <Info aria-hidden className="mt-0.5 size-4 shrink-0 text-subtle" />;
}
