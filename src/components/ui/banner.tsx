import type { ReactNode } from "react";
import { CircleAlert, CircleCheck, Info, LoaderCircle, TriangleAlert } from "lucide-react";
import { cn } from "@/lib/cn";
import type { ColorTone } from "./badge";

type BannerTone = Exclude<ColorTone, "scheduled">;

const looks: Record<BannerTone, { icon: typeof Info; className: string }> = {
  neutral: { icon: Info, className: "border-line-strong bg-surface [&>svg]:text-subtle" },
  running: { icon: LoaderCircle, className: "border-running/25 bg-running-soft [&>svg]:text-running-text" },
  success: { icon: CircleCheck, className: "border-success/25 bg-success-soft [&>svg]:text-success-text" },
  warning: { icon: TriangleAlert, className: "border-warning/35 bg-warning-soft [&>svg]:text-warning-text" },
  danger: { icon: CircleAlert, className: "border-danger/25 bg-danger-soft [&>svg]:text-danger-text" },
};

type BannerProps = {
  tone?: BannerTone;
  title?: ReactNode;
  /** a button at the right of the message */
  action?: ReactNode;
  /** whether screen readers announce the message at once; for messages that follow an action of the person */
  isAlert?: boolean;
  className?: string;
  children?: ReactNode;
};

/** A framed message about the whole page or the whole form. */
export function Banner({ tone = "neutral", title, action, isAlert = false, className, children }: BannerProps) {
  const { icon: Icon, className: look } = looks[tone];
  return (
    <div
      role={isAlert ? "alert" : undefined}
      className={cn(
        "flex items-start gap-2.5 rounded-lg max-sm:flex-wrap border px-3.5 py-2.5 text-sm",
        look,
        className,
      )}
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 flex-1 max-sm:basis-3/4">
        {title && <p className="font-medium">{title}</p>}
        {children && <div className={cn(title && "mt-0.5 text-muted")}>{children}</div>}
      </div>
      {action && <div className="-my-0.5 shrink-0">{action}</div>}
    </div>
  );
}
