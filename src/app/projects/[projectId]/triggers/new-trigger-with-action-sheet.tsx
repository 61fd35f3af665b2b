"use client";

import type { ComponentProps } from "react";
import { NewTriggerPage } from "@/features/triggers/new-trigger-page";
import { useRenderNewActionSheet } from "./use-render-new-action-sheet";

/** Shows the form for a new trigger. A side sheet lets the person create an action without leaving the form. */
export function NewTriggerWithActionSheet(props: Omit<ComponentProps<typeof NewTriggerPage>, "newAction">) {
  return <NewTriggerPage {...props} newAction={useRenderNewActionSheet(props.projectId)} />;
}
