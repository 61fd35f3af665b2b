"use client";

import type { ComponentProps } from "react";
import { NewTriggerPage } from "@/features/triggers/new-trigger-page";
import { useRenderNewActionSheet } from "./use-render-new-action-sheet";

/** Shows the page of a new trigger. A sheet over it makes new actions. */
export function NewTriggerWithActionSheet(props: Omit<ComponentProps<typeof NewTriggerPage>, "newAction">) {
  return <NewTriggerPage {...props} newAction={useRenderNewActionSheet(props.projectId)} />;
}
