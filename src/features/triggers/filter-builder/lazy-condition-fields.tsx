"use client";

import { makeLazyControl } from "@/components/ui/lazy-control";
import { Skeleton } from "@/components/ui/skeleton";
import type { ConditionFieldsProps } from "./condition-fields";

/**
 * The fields of a condition. Their script loads when a person first uses the page, or at once if the form has a
 * condition. Until then a grey placeholder is shown.
 */
export const LazyConditionFields = makeLazyControl<ConditionFieldsProps>(
  () => import("./condition-fields").then((module) => module.ConditionFields),
  () => <Skeleton width="100%" className="h-8 flex-1" />,
  { isPlaceholder: true },
);
